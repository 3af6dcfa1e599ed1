using System.CommandLine;
using VecNet.Formats;
using VecNet.Text;

namespace VecNet.Cli;

/// <summary>The sentence encoder that a command is given.</summary>
internal static class EncoderFolder
{
    /// <summary>An option for the folder.</summary>
    internal static Option<string?> Option(string name, string purpose)
    {
        var option = new Option<string?>(name)
        {
            Description = $"{purpose}: the folder of a model of sentence-transformers or Hugging Face (BERT, MiniLM, DistilBERT, RoBERTa), "
                + "or an ONNX file with its vocabulary beside it.",
            HelpName = "DIRECTORY",
        };
        option.Validators.Add(OptionParsing.RejectEmptyPath);
        return option;
    }

    /// <summary>Loads an encoder of texts.</summary>
    /// <exception cref="UserErrorException">There is none, or it takes tokens only.</exception>
    /// <exception cref="InvalidDataException">A file of the model is malformed or not supported; the message names it.</exception>
    /// <exception cref="IOException">A file of the model is missing, or cannot be read; the message names it.</exception>
    internal static SentenceEncoder Load(string path)
    {
        if (!Path.Exists(path))
        {
            throw new UserErrorException($"{path}: the encoder does not exist.");
        }

        SentenceEncoder encoder = SentenceEncoder.Load(path);
        return encoder.Tokenizer is not null
            ? encoder
            : throw new UserErrorException($"{path}: the tokenizer of this model is not supported; those of BERT and RoBERTa are.");
    }

    /// <summary>Reads the texts of a file: its lines, or a column of a CSV file. Labels before tabs are ignored.</summary>
    /// <exception cref="UserErrorException">The column of a CSV file is missing, or there is one for a file of lines.</exception>
    /// <exception cref="CsvDataException">The file cannot be read or used.</exception>
    internal static TextTable ReadTexts(string path, string? column, CsvHeader? header)
    {
        if (column is null && header is not null)
        {
            throw new UserErrorException($"{CsvHeaderOptions.Names} apply to CSV files: name the column of the texts by --text COLUMN.");
        }

        if (column is null && Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new UserErrorException($"{path}: name the column of a CSV file that has the texts by --text COLUMN.");
        }

        return column is null
            ? TextTable.Read(path, readLabels: false)
            : TextTable.ReadCsv(path, column, null, header ?? CsvHeader.Expected);
    }

    /// <summary>The option for the column of texts in a CSV file.</summary>
    internal static Option<string?> TextColumn() => new("--text")
    {
        Description = "The column of a CSV file that has the texts. Without it, each line of the file is a text.",
        HelpName = "COLUMN",
    };
}
