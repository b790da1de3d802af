using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.DemoModel;

/// <summary>One step of what the demo model is asked to do: the tool that it calls for it.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Arguments">Those of the call, in the order of the tool's schema.</param>
/// <param name="Subject">The file or the command, for the result.</param>
internal sealed record DemoStep(string Tool, JsonObject Arguments, string Subject);

/// <summary>The sentences that the demo model understands, one a line, done in their order.</summary>
internal static class DemoGoal
{
    /// <summary>The forms, for responses to other goals.</summary>
    internal const string Forms =
        "Write a file named NAME with the text: TEXT | Replace OLD with NEW in the file NAME. | Run the command: COMMAND | Give the output NAME: TEXT";

    private const string WritePrefix = "Write a file named ";
    private const string WriteSeparator = " with the text:";
    private const string ReplacePrefix = "Replace ";
    private const string ReplaceSeparator = " with ";
    private const string ReplaceFile = " in the file ";
    private const string RunPrefix = "Run the command: ";
    private const string GivePrefix = "Give the output ";

    // A text of several lines stands below its sentence, each line behind so many spaces.
    private const string Indent = "    ";

    /// <summary>Reads the steps of a prompt: the sentences at its end. Empty when its last line that is not blank is none.</summary>
    internal static IReadOnlyList<DemoStep> Read(string prompt) => Parse(prompt).Steps;

    /// <summary>What the sentences at the end of a prompt have the result give to later steps; null when nothing.</summary>
    internal static JsonObject? Outputs(string prompt) => Parse(prompt).Outputs is { Count: > 0 } outputs ? outputs : null;

    private static (List<DemoStep> Steps, JsonObject Outputs) Parse(string prompt)
    {
        var lines = prompt.Split('\n').Select(l => l.TrimEnd()).ToArray();
        var (steps, outputs) = (new List<DemoStep>(), new JsonObject());
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            if (Give(lines[i].Trim()) is { } given)
            {
                outputs[given.Name] = given.Text;
            }
            else if ((Write(lines, ref i) ?? Replace(lines[i].Trim()) ?? Run(lines[i].Trim())) is { } step)
            {
                steps.Add(step);
            }
            else
            {
                steps.Clear();
                outputs.Clear();
            }
        }

        return (steps, outputs);
    }

    private static DemoStep? Write(string[] lines, ref int at)
    {
        var line = lines[at].Trim();
        var separator = line.IndexOf(WriteSeparator, StringComparison.Ordinal);
        if (!line.StartsWith(WritePrefix, StringComparison.Ordinal) || separator < WritePrefix.Length)
        {
            return null;
        }

        var name = line[WritePrefix.Length..separator].Trim();
        var rest = line[(separator + WriteSeparator.Length)..];
        var text = rest.Length > 0 ? rest.TrimStart() : Block(lines, ref at);
        return name.Length == 0 || text.Length == 0 ? null
            : new DemoStep(KnownTools.WriteFile, new JsonObject { ["path"] = name, ["content"] = text }, name);
    }

    // The indented lines behind a sentence, blank ones between them included.
    private static string Block(string[] lines, ref int at)
    {
        var text = new StringBuilder();
        var blank = 0;
        for (var i = at + 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                blank++;
                continue;
            }

            if (!lines[i].StartsWith(Indent, StringComparison.Ordinal))
            {
                break;
            }

            _ = text.Append('\n', text.Length > 0 ? blank : 0).Append(lines[i].AsSpan(Indent.Length)).Append('\n');
            (at, blank) = (i, 0);
        }

        return text.ToString();
    }

    private static DemoStep? Replace(string line)
    {
        var file = line.LastIndexOf(ReplaceFile, StringComparison.Ordinal);
        if (!line.StartsWith(ReplacePrefix, StringComparison.Ordinal) || file < 0)
        {
            return null;
        }

        var texts = line[ReplacePrefix.Length..file];
        var separator = texts.IndexOf(ReplaceSeparator, StringComparison.Ordinal);
        var name = line[(file + ReplaceFile.Length)..].TrimEnd('.').Trim();
        return separator <= 0 || name.Length == 0 ? null : new DemoStep(
            KnownTools.StrReplace,
            new JsonObject { ["path"] = name, ["old_string"] = texts[..separator], ["new_string"] = texts[(separator + ReplaceSeparator.Length)..] },
            name);
    }

    private static (string Name, string Text)? Give(string line)
    {
        var separator = line.IndexOf(':', StringComparison.Ordinal);
        return line.StartsWith(GivePrefix, StringComparison.Ordinal) && separator > GivePrefix.Length
            ? (line[GivePrefix.Length..separator].Trim(), line[(separator + 1)..].Trim())
            : null;
    }

    private static DemoStep? Run(string line) => line.StartsWith(RunPrefix, StringComparison.Ordinal) && line[RunPrefix.Length..].Trim() is { Length: > 0 } command
        ? new DemoStep(KnownTools.Bash, new JsonObject { ["command"] = command }, command)
        : null;
}
