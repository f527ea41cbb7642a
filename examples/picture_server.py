"""Answer pictures with their hands as JSON, over HTTP, with asyncio and nothing else.

pip install .                                                   # in a clone of knuckle
python examples/picture_server.py --port 8000
curl --data-binary @photo.jpg http://127.0.0.1:8000/            # in another terminal
"""

import argparse
import asyncio
import io
import json
import re
import sys

import knuckle
import numpy as np
from PIL import Image, ImageOps

MOST_BYTES = 20_000_000


def find_hands(data: bytes) -> str:
    """The hands of a picture file as JSON."""
    with Image.open(io.BytesIO(data)) as picture:
        rgb = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
    return json.dumps([hand.to_dict() for hand in knuckle.detect(rgb)])


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request: 200 with the hands, or 400 with what is wrong."""
    try:
        request = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)\r\n", request, re.IGNORECASE)
        if not length or int(length[1]) > MOST_BYTES:
            raise ValueError(f"post a picture with its Content-Length, at most {MOST_BYTES} bytes")
        data = await reader.readexactly(int(length[1]))
        status, text = "200 OK", await asyncio.to_thread(find_hands, data)
    except Exception as error:  # a damaged file makes Pillow raise almost anything
        status, text = "400 Bad Request", json.dumps({"error": str(error)})
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}"
    writer.write(f"{head}\r\nConnection: close\r\n\r\n{text}".encode())
    writer.close()


async def serve(port: int) -> None:
    """Serve this machine alone until Ctrl-C."""
    server = await asyncio.start_server(answer, "127.0.0.1", port)
    print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Answer pictures with their hands as JSON.")
    parser.add_argument("--port", type=int, default=8000, help="0 takes one that is free")
    try:
        asyncio.run(serve(parser.parse_args().port))
    except (KeyboardInterrupt, OSError) as error:
        sys.exit(str(error) or "stopped")
