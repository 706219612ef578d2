// The strokes of a mask, drawn by the rules of view/mask.py; what is opaque is selected.

const SAMPLED = 256; // the longer side of the copy on which the selected share is counted
const KEPT = 8; // strokes that can be undone without drawing all of them anew

function newCanvas(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  return canvas;
}

function pointsOf(stroke) {
  const points = [];
  for (let i = 0; i < stroke.points.length; i += 2) {
    points.push([stroke.points[i], stroke.points[i + 1]]);
  }
  return points;
}

function tracePath(paint, points) {
  paint.beginPath();
  points.forEach(([x, y], i) => (i ? paint.lineTo(x, y) : paint.moveTo(x, y)));
}

const DRAWN = {
  brush(paint, stroke, canvas, from = 0) {
    // What follows a live stroke starts one point earlier, so that nothing is missing between.
    const points = pointsOf(stroke).slice(Math.max(from - 1, 0));
    paint.lineWidth = stroke.size;
    paint.lineCap = paint.lineJoin = "round";
    if (points.length === 1) {
      paint.beginPath();
      paint.arc(...points[0], stroke.size / 2, 0, 2 * Math.PI);
      paint.fill();
    } else {
      tracePath(paint, points);
      paint.stroke();
    }
  },
  lasso(paint, stroke) {
    tracePath(paint, pointsOf(stroke));
    paint.fill("evenodd");
  },
  rectangle(paint, { left, top, width, height }) {
    paint.fillRect(left, top, width, height);
  },
  invert(paint, stroke, canvas) {
    paint.globalCompositeOperation = "xor";
    paint.fillRect(0, 0, canvas.width, canvas.height);
  },
  clear(paint, stroke, canvas) {
    paint.clearRect(0, 0, canvas.width, canvas.height);
  },
};

function drawStroke(canvas, colour, stroke, from = 0) {
  const paint = canvas.getContext("2d");
  paint.save();
  paint.fillStyle = paint.strokeStyle = colour;
  paint.globalCompositeOperation = stroke.adds === false ? "destination-out" : "source-over";
  DRAWN[stroke.kind]?.(paint, stroke, canvas, from);
  paint.restore();
}

function isSame(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

// A canvas of the picture's own pixels that follows a list of strokes.
class MaskCanvas {
  constructor(width, height, colour) {
    this.canvas = newCanvas(width, height);
    this.colour = colour;
    this.drawn = [];
    this.base = newCanvas(width, height);
    this.based = 0; // how many strokes the base holds
    this.sample = newCanvas(
      ...[width, height].map((side) => Math.round((side * SAMPLED) / Math.max(width, height))),
    );
    this.reader = this.sample.getContext("2d", { willReadFrequently: true });
  }

  follow(strokes) {
    let known = this.drawn.findIndex((stroke, i) => !isSame(stroke, strokes[i]));
    if (known < 0) known = this.drawn.length;
    if (known < this.drawn.length) known = this.goBack(known);
    strokes.slice(known).forEach((stroke) => drawStroke(this.canvas, this.colour, stroke));
    this.drawn = strokes;
    if (strokes.length - this.based > 3 * KEPT) this.keepBase(strokes.length - KEPT);
  }

  // Draw the mask again as the strokes make it, without what was painted and not kept.
  restore() {
    const strokes = this.drawn;
    this.drawn = strokes.slice(0, this.goBack(strokes.length));
    this.follow(strokes);
  }

  paintOn(stroke, from) {
    drawStroke(this.canvas, this.colour, stroke, from);
  }

  // How much is selected, from 0 to 1.
  share() {
    const { width, height } = this.sample;
    this.reader.clearRect(0, 0, width, height);
    this.reader.imageSmoothingQuality = "high";
    this.reader.drawImage(this.canvas, 0, 0, width, height);
    const pixels = this.reader.getImageData(0, 0, width, height).data;
    let sum = 0;
    for (let i = 3; i < pixels.length; i += 4) sum += pixels[i];
    return sum / (255 * width * height);
  }

  goBack(known) {
    const { canvas, base } = this;
    const paint = canvas.getContext("2d");
    paint.clearRect(0, 0, canvas.width, canvas.height);
    if (known < this.based) {
      this.based = 0;
      base.getContext("2d").clearRect(0, 0, base.width, base.height);
    } else {
      paint.drawImage(base, 0, 0);
    }
    return this.based;
  }

  keepBase(count) {
    const more = this.drawn.slice(this.based, count);
    more.forEach((stroke) => drawStroke(this.base, this.colour, stroke));
    this.based = count;
  }
}
