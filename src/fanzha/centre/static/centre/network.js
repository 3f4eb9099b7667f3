// Hands the picture of the network out as PNG, and begins on a narrow screen where the case is that was opened. All else works without a script.
const picture = document.getElementById("network");
const button = document.getElementById("as-png");

function save() {
  const text = new XMLSerializer().serializeToString(picture);
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = 2 * picture.viewBox.baseVal.width;
    canvas.height = 2 * picture.viewBox.baseVal.height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.download = "network.png";
    link.href = canvas.toDataURL("image/png");
    link.click();
  };
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
}

if (picture && button) {
  button.hidden = false;
  button.addEventListener("click", save);
}

const opened = picture?.querySelector("rect[data-opened]");
if (opened) {
  const room = picture.parentElement;
  room.scrollLeft = opened.x.baseVal.value + opened.width.baseVal.value / 2 - room.clientWidth / 2;
}
