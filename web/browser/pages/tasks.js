// A page as programs for @mediapipe/tasks-vision are written: two demos, pictures to click on and a
// camera. Only the address of the import is ours; the paths of wasm and model are Google's.
import { DrawingUtils, FilesetResolver, HandLandmarker } from '/lib/vision.js';

const demos = document.getElementById('demos');
let handLandmarker;
let runningMode = 'IMAGE';
let isWebcamRunning = false;

async function createHandLandmarker() {
  const vision = await FilesetResolver.forVisionTasks(
    'https://cdn.jsdelivr.net/npm/@mediapipe/tasks-vision@0.10.0/wasm',
  );
  handLandmarker = await HandLandmarker.createFromOptions(vision, {
    baseOptions: {
      modelAssetPath:
        'https://storage.googleapis.com/mediapipe-models/hand_landmarker/hand_landmarker/float16/1/hand_landmarker.task',
      delegate: 'GPU',
    },
    runningMode,
    numHands: 2,
  });
  demos.classList.remove('invisible');
}
createHandLandmarker();

// Demo 1: find hands in a picture when it is clicked.
for (const container of document.getElementsByClassName('detectOnClick')) {
  container.children[0].addEventListener('click', handleClick);
}

async function handleClick(event) {
  if (!handLandmarker) return;
  if (runningMode === 'VIDEO') {
    runningMode = 'IMAGE';
    await handLandmarker.setOptions({ runningMode: 'IMAGE' });
  }
  for (const canvas of event.target.parentNode.querySelectorAll('canvas')) canvas.remove();
  const result = handLandmarker.detect(event.target);
  const canvas = document.createElement('canvas');
  canvas.width = event.target.naturalWidth;
  canvas.height = event.target.naturalHeight;
  canvas.style = `left: 0; top: 0; width: ${event.target.width}px`;
  event.target.parentNode.appendChild(canvas);
  const utils = new DrawingUtils(canvas.getContext('2d'));
  for (const landmarks of result.landmarks) {
    utils.drawConnectors(landmarks, HandLandmarker.HAND_CONNECTIONS, {
      color: '#00FF00',
      lineWidth: 5,
    });
    utils.drawLandmarks(landmarks, {
      color: '#FF0000',
      lineWidth: 1,
      radius: (data) => DrawingUtils.lerp(data.from.z, -0.15, 0.1, 5, 1),
    });
  }
  event.target.parentNode.dataset.hands = result.handednesses
    .map((categories) => categories[0].categoryName)
    .join(' ');
}

// Demo 2: follow hands in the camera's video.
const video = document.getElementById('webcam');
const canvas = document.getElementById('output_canvas');
const context = canvas.getContext('2d');
const button = document.getElementById('webcamButton');
button.addEventListener('click', enableCam);

function enableCam() {
  if (!handLandmarker) return;
  isWebcamRunning = !isWebcamRunning;
  button.textContent = isWebcamRunning ? 'DISABLE PREDICTIONS' : 'ENABLE PREDICTIONS';
  navigator.mediaDevices.getUserMedia({ video: true }).then((stream) => {
    video.srcObject = stream;
    video.addEventListener('loadeddata', predictWebcam);
  });
}

let lastVideoTime = -1;
let results;
async function predictWebcam() {
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  if (runningMode === 'IMAGE') {
    runningMode = 'VIDEO';
    await handLandmarker.setOptions({ runningMode: 'VIDEO' });
  }
  const startTimeMs = performance.now();
  if (lastVideoTime !== video.currentTime) {
    lastVideoTime = video.currentTime;
    results = handLandmarker.detectForVideo(video, startTimeMs);
    canvas.dataset.frames = Number(canvas.dataset.frames ?? 0) + 1;
    canvas.dataset.hands = Number(canvas.dataset.hands ?? 0) + results.landmarks.length;
  }
  context.save();
  context.clearRect(0, 0, canvas.width, canvas.height);
  const utils = new DrawingUtils(context);
  for (const landmarks of results?.landmarks ?? []) {
    utils.drawConnectors(landmarks, HandLandmarker.HAND_CONNECTIONS, {
      color: '#00FF00',
      lineWidth: 5,
    });
    utils.drawLandmarks(landmarks, { color: '#FF0000', lineWidth: 2 });
  }
  context.restore();
  if (isWebcamRunning) window.requestAnimationFrame(predictWebcam);
}
