using System.IO.Compression;

namespace VecNet.Cli.Digits;

/// <summary>The built-in handwritten digits of E. Alpaydin and C. Kaynak; README.md describes them.</summary>
internal sealed class EmbeddedDigits
{
    internal const int Side = 8;
    internal const int Pixels = Side * Side;
    internal const int Classes = 10;
    internal const float MaximumInk = 16;
    private const int Images = 1797;
    private const int ImageBytes = Pixels + 2;

    private readonly byte[] bytes = new byte[Images * ImageBytes];

    /// <summary>Decompresses the images.</summary>
    internal EmbeddedDigits()
    {
        using Stream resource = typeof(EmbeddedDigits).Assembly.GetManifestResourceStream("digits.br")!;
        using var brotli = new BrotliStream(resource, CompressionMode.Decompress);
        brotli.ReadExactly(bytes);
    }

    /// <summary>The numbers of the training images.</summary>
    internal int[] TrainingRows => [.. Enumerable.Range(0, Images).Where(image => bytes[(image * ImageBytes) + Pixels + 1] == 0)];

    /// <summary>The numbers of the test images.</summary>
    internal int[] TestRows => [.. Enumerable.Range(0, Images).Where(image => bytes[(image * ImageBytes) + Pixels + 1] == 1)];

    /// <summary>The digit of each image.</summary>
    internal int[] Labels => [.. Enumerable.Range(0, Images).Select(image => (int)bytes[(image * ImageBytes) + Pixels])];

    /// <summary>The names of the columns in the original files.</summary>
    internal static string[] FeatureNames => [.. Enumerable.Range(0, Pixels).Select(pixel => $"pixel_{pixel / Side}_{pixel % Side}")];

    /// <summary>The pixels of an image, row by row, from 0 (paper) to 16 (ink).</summary>
    internal ReadOnlySpan<byte> Image(int image) => bytes.AsSpan(image * ImageBytes, Pixels);

    /// <summary>The given images as a dataset, with pixels from 0 to 1.</summary>
    internal Dataset<float> Select(IReadOnlyList<int> images)
    {
        var features = new TensorBuffer<float>(images.Count, Pixels);
        var classes = new int[images.Count];
        for (int row = 0; row < images.Count; row++)
        {
            ReadOnlySpan<byte> image = Image(images[row]);
            for (int pixel = 0; pixel < Pixels; pixel++)
            {
                features.View[row, pixel] = image[pixel] / MaximumInk;
            }

            classes[row] = bytes[(images[row] * ImageBytes) + Pixels];
        }

        return new Dataset<float>(features, classes);
    }
}
