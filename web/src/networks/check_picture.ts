/**
 * A small picture of a hand, on which a device shows that it computes what the processor does.
 *
 * It is cut out of `samples/open_palm.jpg`: 112 x 112 pixels, JPEG, base64.
 */
const HAND_JPEG = [
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEEx',
  'NDk7Pj4+JS5ESUM8SDc9Pjv/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7',
  'Ozs7Ozs7Ozs7Ozs7Ozv/wAARCABwAHADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAA',
  'AgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6',
  'Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXG',
  'x8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREA',
  'AgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5',
  'OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPE',
  'xcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDp6SnUlcR1DaQ06koAaaQ07FNoAaaaaeaY',
  'aQDDUbVIaY1AETVE1TNUTUxED1A44qw9QPQB01JTqSgYlJS1FLOqKQq/MvX3pN2HGLlsPNINu4bunegMGUMDkEZFRzHETH0o',
  'YLcdNJGZ9kYwNuaYap20qvdd8lT1FXDSWxU1ZjDTGqVVDNz0HJplxPFJKEiQLgHOKL62EotxuQNUbVK1RNVEkD1XerL1WegR',
  '1FJS0UANqjf5jdWGfn4/Gr25dwGRk9KiuFDREkfd5pPVGkXyy1K2nyN5TROMFDkfSrLkBTnpVFJBDMHJ46H6GrzpvXbnGe9J',
  'bFNWmUgQt5GB1Of5VbNVDB5d3E+8nnHP0q6iGRwooWwTV5WIp98VvvAzu6j2qlaAurTMMbzx9KfqFzKXEGwgsdoqUKEQIOij',
  'FJdxzdo8oxqiapWqJqsxIHqvJVl6qyUCOpopaSmBkXpltLgEbijHKH0PpV6CcTIA2N2OR61LNEs0ZjccH9KzYI3iuDE/3l6E',
  'd/epehqvfVupZjto1LAgsenNT20UrAKyn5ep9qspb7UDswLkdBUgmCR7TwfSovqa2ulcoXcJLI0YyQwOKtrB5EDSOcMRx7VA',
  '8u5zzgUk7GSAjJxikOyvcz1cXF0zjlY+Afc1K1NtkCQ4H945pxrRLQ55u7I2qJqlaoWpkkL1Wkqy9VpKYjqjSUp61CZsS7MU',
  'xElRSx7irjhkPB9vSpTSHpSaKTs7kjSlEzVSWVnl4zUzZdKYiBmArI6SOOJnJBOMd6mMRK4BzU4iHbvT1XB4FAGaYHiLbhwT',
  'kVG1bRRWXDjINQixt2bJDEem6mpW3IlTbd0ZKxvI4RFLE9hVyPRsjdcT7P8AZUZNWru6trG3IRUTHOBWJJqNze9CY4+x7tT5',
  'm9g5IxV5CahbxW82yKXzBjPPUVnyCrLD8frVeStEjBtX0OoNRtCpff3qSg0CEpKWm0xjVIDFTT9wV8AdarXLmNlcdDwaal2N',
  '3XmsZKzOmLujRQkLjtTTIF6mqjXygckCs681VV+63NSUbD3gQ/erNudVcyeXBlnPQCqQgv7nlsQoe7dfyq3Dax2y4XJY9WPU',
  '1ahfczlUS2I/ILnzLhvMf36ClapWqJq0SsYNt7kL1Xkqw9V5Kok6YHKg+1FNjOY1+lOpDENJS0lAEdxH5kLL36ispIWfkcVs',
  '1RKbGI9yKzqG9HqilJE20+1VbO0J1WIuNyAFufUdK1GT5evNQwnbfp7gis4vU0mtGXzUTVKajaug5CJqiapmqJqAIHqvJViT',
  'gE1i3OoSBiqr0NDaQJNn/9k=',
].join('');

/** The picture as a network's input: RGB float32 (size, size, 3), 0 to 1. */
export async function checkPixels(size: number): Promise<Float32Array> {
  const bytes = Uint8Array.from(atob(HAND_JPEG), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  const context = new OffscreenCanvas(size, size).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser has no 2D canvas in workers');
  context.drawImage(bitmap, 0, 0, size, size);
  bitmap.close();
  const { data } = context.getImageData(0, 0, size, size);
  const pixels = new Float32Array(3 * size * size);
  for (let i = 0, to = 0; i < data.length; i += 4) {
    pixels[to++] = data[i] / 255;
    pixels[to++] = data[i + 1] / 255;
    pixels[to++] = data[i + 2] / 255;
  }
  return pixels;
}
