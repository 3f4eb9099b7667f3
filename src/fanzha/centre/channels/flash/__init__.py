"""Flash SMS, which show themselves on the screen, through an HTTP gateway."""

from fanzha.centre.channels.gateways import ShortMessages

CHANNEL = ShortMessages("flash", message_class=0)
