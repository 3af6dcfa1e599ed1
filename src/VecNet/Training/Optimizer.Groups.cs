using System.Numerics;

namespace VecNet;

/// <content>Groups of parameters.</content>
public abstract partial class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<ParameterGroup> groups = [];

    /// <summary>The group for which a kernel is being created; 0 for the parameters that are in none.</summary>
    private int prepared;

    /// <summary>
    /// Adds a group of parameters with a weight decay or a learning rate of its own, as <c>add_param_group</c> of PyTorch does. All other
    /// parameters have those of the optimizer.
    /// </summary>
    /// <remarks>
    /// Checkpoints describe the groups: training cannot be continued with others.
    /// <code>
    /// // As usual for transformers, biases and normalizations do not decay.
    /// var optimizer = new AdamW&lt;float&gt;(3e-4, weightDecay: 0.1);
    /// optimizer.AddGroup(network, parameter =&gt; parameter.Rows == 1, weightDecay: 0);
    /// </code>
    /// </remarks>
    /// <param name="network">The network, which is the only one that the optimizer can update from now on.</param>
    /// <param name="select">
    /// Whether a parameter is in the group; its name has the path of the layer, such as <c>3.norm1.bias</c>.
    /// </param>
    /// <param name="weightDecay">The weight decay of the group, at least 0; null for that of the optimizer.</param>
    /// <param name="learningRateFactor">The factor, at least 0, of the optimizer's learning rate in the group.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or NaN.</exception>
    /// <exception cref="ArgumentException">
    /// No parameter is selected, one is in another group already, or the optimizer belongs to another network; nothing has been changed.
    /// </exception>
    public void AddGroup(
        NeuralNetwork<T> network, Func<Slot, bool> select, double? weightDecay = null, double learningRateFactor = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(select);
        CheckNotNegative(weightDecay ?? 0, nameof(weightDecay));
        CheckNotNegative(learningRateFactor);
        CheckNetwork(network);
        groups.Add(ParameterGroup.Create(network, groups, select, weightDecay ?? GivenWeightDecay, learningRateFactor));
        this.network = network;
        update = null;
    }

    private void PrepareGroups()
    {
        for (prepared = groups.Count; prepared > 0; prepared--)
        {
            ParameterGroup group = groups[prepared - 1];
            Prepare(LearningRate * group.LearningRateFactor, group.WeightDecay);
        }
    }
}
