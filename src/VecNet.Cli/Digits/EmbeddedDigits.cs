using System.IO.Compression;

namespace VecNet.Cli.Digits;

/// <summary>The handwritten digits of E. Alpaydin and C. Kaynak that come with the program; the README beside this file tells of them.</summary>
internal sealed class EmbeddedDigits
{
    internal const int Side = 8;
    internal const int Pixels = Side * Side;
    internal const int Classes = 10;
    internal const float Ink = 16;
    private const int Images = 1797;
    private const int ImageBytes = Pixels + 2;

    private readonly byte[] bytes = new byte[Images * ImageBytes];

    /// <summary>Unpacks them.</summary>
    internal EmbeddedDigits()
    {
        using Stream resource = typeof(EmbeddedDigits).Assembly.GetManifestResourceStream("digits.br")!;
        using var brotli = new BrotliStream(resource, CompressionMode.Decompress);
        brotli.ReadExactly(bytes);
    }

    /// <summary>The images to learn from.</summary>
    internal int[] TrainingRows => [.. Enumerable.Range(0, Images).Where(image => bytes[(image * ImageBytes) + Pixels + 1] == 0)];

    /// <summary>The images to test with.</summary>
    internal int[] TestRows => [.. Enumerable.Range(0, Images).Where(image => bytes[(image * ImageBytes) + Pixels + 1] == 1)];

    /// <summary>The digit of each image.</summary>
    internal int[] Labels => [.. Enumerable.Range(0, Images).Select(image => (int)bytes[(image * ImageBytes) + Pixels])];

    /// <summary>The columns' names in the files where the images come from.</summary>
    internal static string[] FeatureNames => [.. Enumerable.Range(0, Pixels).Select(pixel => $"pixel_{pixel / Side}_{pixel % Side}")];

    /// <summary>The ink of an image, 0 to 16, row by row.</summary>
    internal ReadOnlySpan<byte> Image(int image) => bytes.AsSpan(image * ImageBytes, Pixels);

    /// <summary>Some images as a network sees them, ink from 0 to 1.</summary>
    internal Dataset<float> Select(IReadOnlyList<int> images)
    {
        var features = new TensorBuffer<float>(images.Count, Pixels);
        var classes = new int[images.Count];
        for (int row = 0; row < images.Count; row++)
        {
            ReadOnlySpan<byte> image = Image(images[row]);
            for (int pixel = 0; pixel < Pixels; pixel++)
            {
                features.View[row, pixel] = image[pixel] / Ink;
            }

            classes[row] = bytes[(images[row] * ImageBytes) + Pixels];
        }

        return new Dataset<float>(features, classes);
    }
}
