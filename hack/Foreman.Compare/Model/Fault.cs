namespace Foreman.Compare.Model;

/// <summary>What is wrong with the first try of a step.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Words and no call.</summary>
    Prose,

    /// <summary>Nothing but thinking.</summary>
    OnlyThinking,

    /// <summary>Nothing at all.</summary>
    Empty,

    /// <summary>The call is written as text.</summary>
    TextSlip,

    /// <summary>The arguments are no JSON.</summary>
    BrokenJson,

    /// <summary>The arguments have another form than the schema's.</summary>
    OddArguments,

    /// <summary>The path does not exist.</summary>
    WrongPath,

    /// <summary>The old text of an edit has another indentation.</summary>
    WrongIndentation,

    /// <summary>The old text of an edit has blanks at line ends.</summary>
    TrailingBlanks,

    /// <summary>The old text of an edit does not stand there.</summary>
    Misquote,
}

/// <summary>Which fault a step has.</summary>
internal static class Faults
{
    /// <summary>Faults and their rates at a step of this kind; together well below 1.</summary>
    internal static IEnumerable<(Fault Fault, double Rate)> At(StepKind kind)
    {
        yield return (Fault.Prose, kind is StepKind.Submit ? Rates.ProseAtTheEnd : Rates.Prose);
        yield return (Fault.OnlyThinking, Rates.OnlyThinking);
        yield return (Fault.Empty, Rates.Empty);
        yield return (Fault.TextSlip, Rates.TextSlip);
        yield return (Fault.BrokenJson, Rates.BrokenJson);
        yield return (Fault.OddArguments, Rates.OddArguments);
        if (kind is StepKind.Read)
        {
            yield return (Fault.WrongPath, Rates.WrongPath);
        }

        if (kind is StepKind.Edit)
        {
            yield return (Fault.WrongIndentation, Rates.WrongIndentation);
            yield return (Fault.TrailingBlanks, Rates.TrailingBlanks);
            yield return (Fault.Misquote, Rates.Misquote);
        }
    }

    /// <summary>The fault of a number from 0 to 1.</summary>
    internal static Fault Of(StepKind kind, double drawn)
    {
        foreach (var (fault, rate) in At(kind))
        {
            if (drawn < rate)
            {
                return fault;
            }

            drawn -= rate;
        }

        return Fault.None;
    }

    /// <summary>A text with one uniform difference in indentation: less where there is some, else four blanks more.</summary>
    internal static string Reindented(string text)
    {
        var lines = text.Split('\n');
        var least = lines.Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart(' ', '\t').Length).DefaultIfEmpty().Min();
        return string.Join('\n', lines.Select(l => l.Trim().Length == 0 ? l : least > 0 ? l[least..] : "    " + l));
    }

    /// <summary>A text with two blanks at the end of its first line that says something.</summary>
    internal static string WithTrailingBlanks(string text)
    {
        var lines = text.Split('\n');
        var at = Math.Max(0, Array.FindIndex(lines, l => l.Trim().Length > 0));
        lines[at] += "  ";
        return string.Join('\n', lines);
    }

    /// <summary>A text whose longest line has lost a character near its end.</summary>
    internal static string Misquoted(string text)
    {
        var lines = text.Split('\n');
        var at = Array.IndexOf(lines, lines.MaxBy(l => l.Length));
        lines[at] = lines[at].Length < 4 ? lines[at] + "?" : lines[at].Remove(lines[at].Length - 3, 1);
        return string.Join('\n', lines);
    }

    /// <summary>A path that a model guesses: without its folder, or in one that does not exist.</summary>
    internal static string Misplaced(string path) => path.Contains('/', StringComparison.Ordinal) ? path[(path.LastIndexOf('/') + 1)..] : "src/" + path;
}
