using System.Numerics;

namespace VecNet;

/// <summary>Generates tokens with a causal network, one after another, from the network's outputs for the tokens so far.</summary>
/// <remarks>
/// <para>
/// A token takes one pass of one row. The keys and values of earlier rows are kept, so that its time and the memory grow with the length of
/// the context, not with its square; recurrent layers keep their state. Warm, <see cref="Append"/> and <see cref="TryNext"/> allocate
/// nothing. The outputs are those of a pass of the whole sequence to rounding.
/// </para>
/// <para>
/// The network reads the number of a token in each row, and its outputs are the logits of the next token. Layers that read sequences must
/// be causal: <see cref="PositionalEmbedding{T}"/>, <see cref="SinusoidalEncoding{T}"/>, causal <see cref="SelfAttention{T}"/> and <see
/// cref="TransformerBlock{T}"/>, recurrent layers in one direction, and a custom layer that sets <see
/// cref="LayerDeclaration.ContinuesSequences"/>; others are rejected.
/// </para>
/// <para>
/// When the context is full, <see cref="TryNext"/> goes on with the second half of its tokens, whose positions then begin with 0: it
/// computes their keys and values anew, which takes as long as reading a prompt of this length, once in half a context.
/// </para>
/// <para>One thread at a time uses a generator; any number of generators, each on its own thread, may share a network.</para>
/// <code>
/// var generator = new Generator&lt;float&gt;(network);
/// foreach (int token in generator.Generate(tokenizer.Encode("Once"), new GenerationOptions { Temperature = 0.8 }))
/// {
///     Console.Write(tokenizer.Decode([token]));
/// }
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class Generator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int DefaultContext = 1024;

    /// <summary>The largest number of rows of a pass, which bounds the memory.</summary>
    private const int RowsAtOnce = 64;

    private readonly NeuralNetwork<T> network;
    private readonly Workspace<T> workspace;
    private readonly KeptRows<T> kept;
    private readonly int[] history;
    private int rowsOfOutput;

    /// <summary>Creates a generator with a workspace of its own.</summary>
    /// <param name="network">The network, which is only read.</param>
    /// <param name="context">
    /// The number of tokens that the context holds; by default the number of positions of a <see cref="PositionalEmbedding{T}"/>, without
    /// one 1,024, and no limit if the network has only recurrent layers.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The network does not read tokens, a layer cannot continue a sequence, or the last layer is a <see cref="Softmax{T}"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The context is not positive, or longer than there are positions.</exception>
    public Generator(NeuralNetwork<T> network, int? context = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        int positions = CheckLayers(network);
        bool hasLimit = positions < int.MaxValue || KeptRows<T>.HasLimit(network.Plan);
        Context = context ?? (!hasLimit ? int.MaxValue : positions < int.MaxValue ? positions : DefaultContext);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Context, nameof(context));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Context, positions, nameof(context));
        this.network = network;
        kept = new(network.Plan, Context);
        int rows = int.Min(RowsAtOnce, Context);
        workspace = new(network, rows, sequenceCapacity: 1, training: false, inputGradient: false, seed: 0, kept: kept);
        history = new int[hasLimit ? Context : 0];
        sampler = new(network.OutputSize);
    }

    /// <summary>The number of tokens that the context holds.</summary>
    public int Context { get; }

    /// <summary>The number of tokens in the context, generated ones included.</summary>
    public int Length => kept.Position + (drawn < 0 ? 0 : 1);

    /// <summary>The maximum number of threads of a pass, as <see cref="Workspace{T}.Threads"/>; results do not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive or too large.</exception>
    public int Threads
    {
        get => workspace.Threads;
        set => workspace.Threads = value;
    }

    /// <summary>The memory that the generator's workspace holds, keys and values included, in bytes.</summary>
    public long Bytes => workspace.Bytes;

    /// <summary>
    /// The network's output after the latest token that it has read, in the workspace: valid until the next pass. After <see
    /// cref="TryNext"/>, these are the outputs by which its token was drawn, which is read when it is needed.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no token in the context.</exception>
    public ReadOnlySpan<T> Logits => kept.Position > 0
        ? workspace.Output.Row(rowsOfOutput - 1)
        : throw new InvalidOperationException("There is no token in the context: call Append or Begin first.");

    /// <summary>Removes all tokens from the context.</summary>
    public void Reset()
    {
        kept.Position = 0;
        drawn = -1;
    }

    /// <summary>Adds tokens to the context.</summary>
    /// <param name="tokens">The tokens, at least one.</param>
    /// <returns><see cref="Logits"/>: the network's output after the last of them.</returns>
    /// <exception cref="ArgumentException">
    /// There is no token, or the context has no room for all of them; nothing has been changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token; the context is then empty.</exception>
    public ReadOnlySpan<T> Append(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("There must be at least one token.", nameof(tokens));
        }

        if (tokens.Length > Context - Length)
        {
            throw new ArgumentException(
                $"The context holds {Context} tokens and has {Length}; there is no room for {tokens.Length} more.", nameof(tokens));
        }

        ReadDrawn();
        Read(tokens);
        return Logits;
    }

    /// <summary>Runs the passes of tokens for which there is room.</summary>
    private void Read(ReadOnlySpan<int> tokens)
    {
        while (!tokens.IsEmpty)
        {
            int position = kept.Position;
            int rows = int.Min(workspace.Capacity, tokens.Length);
            ReadOnlySpan<int> offsets = [0, rows];
            rowsOfOutput = rows;
            try
            {
                network.Predict(tokens[..rows], SequenceOffsets.Checked(offsets), workspace);
            }
            catch
            {
                // What the layers have kept does not belong together.
                Reset();
                throw;
            }

            if (history.Length > 0)
            {
                tokens[..rows].CopyTo(history.AsSpan(position));
            }

            // A sequence of which no layer keeps rows may be longer than a number.
            kept.Position = (int)long.Min(int.MaxValue, (long)position + rows);
            tokens = tokens[rows..];
        }
    }

    /// <summary>Checks that the network can generate; returns the number of positions that it knows.</summary>
    private static int CheckLayers(NeuralNetwork<T> network)
    {
        NetworkPlan<T> plan = network.Plan;
        if (network.InputSize != 1 || !network.TakesIds)
        {
            throw new ArgumentException(
                $"The network reads {network.InputSize} numbers in each row; a generator needs one that reads the number of a token, as an "
                + "embedding does.",
                nameof(network));
        }

        int positions = int.MaxValue;
        foreach (NetworkNode<T> node in plan.Nodes)
        {
            if (!node.ContinuesSequences)
            {
                throw new ArgumentException(
                    $"The layer '{node.Name}' cannot continue a sequence: it reads later rows, or does not keep earlier ones.",
                    nameof(network));
            }

            if (node.Layer is Softmax<T> && node.Output == plan.Output)
            {
                throw new ArgumentException(
                    "The network's last layer is Softmax; a generator needs the logits before it: leave it out.", nameof(network));
            }

            if (node.Layer is Embedding<T> table && node.Inputs[0] == 0 && table.Entries < network.OutputSize)
            {
                throw new ArgumentException(
                    $"The network has outputs for {network.OutputSize} tokens; its embedding '{node.Name}' has {table.Entries} entries.",
                    nameof(network));
            }

            positions = node.Layer is PositionalEmbedding<T> learned ? int.Min(positions, learned.Positions) : positions;
        }

        return positions;
    }
}
