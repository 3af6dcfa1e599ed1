using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// PyTorch's attention with a mask that is added to the scores. With query i extended by the i-th unit vector, and key j by column j of the
/// mask, the product of the two has the mask as a term: scale·(q·k) + m = scale·(q·k + (1/scale)·m).
/// </summary>
public abstract class MaskedAttentionTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/scaled_dot_product_attention";

    /// <summary>A row that is masked throughout is NaN in PyTorch: it has no equivalent here.</summary>
    public static TheoryData<string> Cases =>
        [.. GoldenFile.Load(File).CasesFor<T>().Select(row => row.Data)
            .Where(name => !name.StartsWith("fully_masked", StringComparison.Ordinal))];

    private static double Nothing => typeof(T) == typeof(float) ? -1e30 : -1e200;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masked_attention_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        double scale = @case.Number("scale");
        for (int head = 0; head < @case.WholeNumber("heads"); head++)
        {
            GoldenTensor q = @case.Inputs["q"][head], k = @case.Inputs["k"][head], v = @case.Inputs["v"][head];
            GoldenTensor given = @case.Inputs["mask"], mask = given.Shape.Count == 3 ? given[head] : given;
            (int queries, int keys, int features) = (q.Rows, k.Rows, q.Columns);
            var query = new TensorBuffer<T>(queries, features + queries);
            var key = new TensorBuffer<T>(keys, features + queries);
            q.ToBuffer<T>().View.CopyTo(query.View.SliceColumns(0, features));
            k.ToBuffer<T>().View.CopyTo(key.View.SliceColumns(0, features));
            for (int i = 0; i < queries; i++)
            {
                query.View[i, features + i] = T.CreateTruncating(1 / scale);
                for (int j = 0; j < keys; j++)
                {
                    key.View[j, features + i] = T.CreateTruncating(Math.Max(mask.Data[(i * keys) + j], Nothing));
                }
            }

            TensorBuffer<T> value = v.ToBuffer<T>(), output = new(queries, v.Columns), logSumExp = new(queries, 1);
            TensorBuffer<T> gradQuery = new(queries, query.Columns), gradKey = new(keys, key.Columns), gradValue = new(keys, v.Columns);
            var scratch = new TensorBuffer<T>(1, ScaledDotProductAttention.GetScratchLength(query.Columns, v.Columns, 1));
            var options = new AttentionOptions { Heads = 1, Scale = scale };
            int[] ofQueries = [0, queries], ofKeys = [0, keys];
            ScaledDotProductAttention.Forward(
                query.View, key.View, value.View, new(ofQueries), new(ofKeys), output.View, logSumExp.View, options, scratch.View);
            ScaledDotProductAttention.Backward(
                query.View, key.View, value.View, new(ofQueries), new(ofKeys), output.View, logSumExp.View,
                @case.Upstream["y"][head].ToBuffer<T>().View, gradQuery.View, gradKey.View, gradValue.View, options, scratch.View);
            @case.AssertClose<T>("y", @case.Outputs["y"][head], output.View);
            @case.AssertClose<T>("gradient of q", @case.Gradients["q"][head], gradQuery.View.SliceColumns(0, features));
            @case.AssertClose<T>("gradient of k", @case.Gradients["k"][head], gradKey.View.SliceColumns(0, features));
            @case.AssertClose<T>("gradient of v", @case.Gradients["v"][head], gradValue.View);
            if (given.Shape.Count == 3 || @case.WholeNumber("heads") == 1)
            {
                // A mask for all heads has the sum of their gradients.
                GoldenTensor gradMask = @case.Gradients["mask"];
                var transposed = new TensorBuffer<T>(queries, keys);
                for (int i = 0; i < transposed.Length; i++)
                {
                    transposed.View[i / keys, i % keys] = gradKey.View[i % keys, features + (i / keys)];
                }

                @case.AssertClose<T>("gradient of the mask", gradMask.Shape.Count == 3 ? gradMask[head] : gradMask, transposed.View);
            }
        }
    }
}

public sealed class MaskedAttentionFloatTests : MaskedAttentionTests<float>;

public sealed class MaskedAttentionDoubleTests : MaskedAttentionTests<double>;
