// A client of `knuckle serve` without a build: one request for a picture, a WebSocket for a camera.

const view = document.getElementById("view");
const status = document.getElementById("status");
const FINGERS = [[0, 1, 2, 3, 4], [0, 5, 6, 7, 8], [0, 9, 10, 11, 12], [0, 13, 14, 15, 16], [0, 17, 18, 19, 20]];

/** Draw a picture and the hands in it. */
function draw(picture, hands) {
  const context = view.getContext("2d");
  [view.width, view.height] = [picture.width, picture.height];
  context.drawImage(picture, 0, 0);
  context.lineWidth = 3;
  for (const hand of hands) {
    context.strokeStyle = hand.handedness === "left" ? "orange" : "deepskyblue";
    for (const finger of FINGERS) {
      context.beginPath();
      for (const joint of finger) context.lineTo(...hand.points[joint]);
      context.stroke();
    }
  }
  status.textContent = `${hands.length} hand(s)`;
}

/** Send a picture's file, and draw the answer. */
async function detect(file) {
  const response = await fetch("/v1/detect?max_hands=4", { method: "POST", body: file });
  const answer = await response.json();
  if (response.ok) draw(await createImageBitmap(file), answer.hands);
  else status.textContent = answer.detail;
}

/** Send the camera's frames one by one: the next when the last is answered. */
async function track() {
  const video = document.createElement("video");
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
  video.muted = video.playsInline = true;
  await video.play();
  const frame = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/track`);
  let sent;
  const next = async () => {
    frame.getContext("2d").drawImage(video, 0, 0);
    sent = await createImageBitmap(frame);
    socket.send(await frame.convertToBlob({ type: "image/jpeg", quality: 0.8 }));
  };
  socket.onopen = () => socket.send(JSON.stringify({ options: { max_hands: 2 } }));
  socket.onmessage = async (event) => {
    const answer = JSON.parse(event.data);
    if (answer.restarted) return; // ids start anew; the answer follows
    if (answer.hands) draw(sent, answer.hands);
    else if (answer.error) status.textContent = answer.error.detail;
    await next();
  };
  socket.onclose = (event) => {
    status.textContent = `The server has closed: ${event.reason || event.code}`;
  };
}

const shown = (work) => work.catch((error) => { status.textContent = String(error); });
document.getElementById("camera").onclick = () => shown(track());
document.getElementById("picture").onchange = (event) => shown(detect(event.target.files[0]));
