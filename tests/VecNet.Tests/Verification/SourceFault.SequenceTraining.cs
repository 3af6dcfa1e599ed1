namespace VecNet.Tests;

/// <content>Faults in data sets of sequences and in the training loop on them.</content>
internal sealed partial record SourceFault
{
    private static SourceFault[] OfSequenceTraining =>
    [
        new("a mini-batch has one row of each sequence", "Training/Dataset.Batches.cs",
            "count = RowOf(samples[i] + 1) - first;",
            "count = 1;", typeof(SequenceTrainingTests)),
        new("the sequences of a mini-batch have the lengths of the first ones", "Training/Dataset.Batches.cs",
            "destination.offsets[i] + RowOf(samples[i] + 1) - RowOf(samples[i]);",
            "RowOf(i + 1);", typeof(SequenceTrainingTests)),
        new("memory for the first sequences, not for the longest", "Training/Dataset.Batches.cs",
            "Array.Sort(lengths);",
            "", typeof(SequenceTrainingTests)),
        new("targets of rows are taken as those of sequences", "Training/Dataset.Batches.cs",
            "internal int TargetOf(int sample) => hasTokenTargets ? offsets![sample] : sample;",
            "internal int TargetOf(int sample) => sample;", typeof(SequenceTrainingTests)),
        new("the offsets of a later mini-batch do not begin with 0", "Training/Dataset.Batches.cs",
            "shifted[i] = slice[i] - slice[0];",
            "shifted[i] = slice[i];", typeof(SequenceTrainingTests)),
        new("larger memory forgets the state of dropout", "Training/TrainingSteps.cs",
            "Dropout.State = dropout;",
            "", typeof(SequenceTrainingTests)),
        new("a sequence without rows is taken", "Training/Dataset.Sequences.cs",
            "if (offsets[sequence] == offsets[sequence - 1])",
            "if (offsets[sequence] < offsets[sequence - 1])", typeof(SequenceDatasetTests)),
        new("a target for each row where the network has outputs for sequences", "Training/Dataset.cs",
            "CheckOutputRows(network, name);",
            "", typeof(SequenceDatasetTests)),
        new("an integer is rounded", "Training/Dataset.Sequences.cs",
            "if (double.CreateTruncating(numbers.Span[row]) != ids[row])",
            "if (ids[row] < 0)", typeof(IdInputTests)),
        new("the shared part of a table's gradient is overwritten by the lookup", "Networks/LayerOperation.cs",
            "accumulate || addsToShared,",
            "accumulate,", typeof(TiedPlanTests)),
        new("a shared table is updated before its gradient is complete", "Networks/LayerOperation.cs",
            "if (slot.SharedFrom is null)",
            "if (slot.SharedFrom is not [])", typeof(TiedPlanTests)),
        new("a shared table is saved twice", "Serialization/ParameterTensors.cs",
            "foreach (Slot slot in node.OwnParameters)",
            "foreach (Slot slot in node.Parameters)", typeof(TiedPlanTests)),
    ];
}
