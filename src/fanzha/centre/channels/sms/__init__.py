"""Short messages through an HTTP gateway."""

from fanzha.centre.channels.gateways import ShortMessages

CHANNEL = ShortMessages("sms", message_class=1)
