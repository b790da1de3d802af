namespace Foreman.Operator.DemoModel;

/// <summary>The one sentence form that the demo model understands: <c>Write a file named NAME with the text: TEXT</c>.</summary>
/// <param name="Name">The file.</param>
/// <param name="Text">What is to stand in it.</param>
internal sealed record DemoGoal(string Name, string Text)
{
    private const string Beginning = "Write a file named ";
    private const string Middle = " with the text: ";

    /// <summary>The form in words, for answers to other goals.</summary>
    internal const string Form = "Write a file named NAME with the text: TEXT";

    /// <summary>Reads the goal of a prompt: its last line that is not blank. Null when it has another form.</summary>
    internal static DemoGoal? Read(string prompt)
    {
        var line = prompt.Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.Length > 0) ?? "";
        var middle = line.IndexOf(Middle, StringComparison.Ordinal);
        if (!line.StartsWith(Beginning, StringComparison.Ordinal) || middle < Beginning.Length)
        {
            return null;
        }

        var name = line[Beginning.Length..middle].Trim();
        var text = line[(middle + Middle.Length)..];
        return name.Length == 0 || text.Length == 0 ? null : new DemoGoal(name, text);
    }
}
