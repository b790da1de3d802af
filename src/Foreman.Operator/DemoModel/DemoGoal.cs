namespace Foreman.Operator.DemoModel;

/// <summary>The one sentence form that the demo model understands: <c>Write a file named NAME with the text: TEXT</c>.</summary>
/// <param name="Name">The file.</param>
/// <param name="Text">Its content.</param>
internal sealed record DemoGoal(string Name, string Text)
{
    private const string Prefix = "Write a file named ";
    private const string Separator = " with the text: ";

    /// <summary>The form, for responses to other goals.</summary>
    internal const string Form = "Write a file named NAME with the text: TEXT";

    /// <summary>Reads the goal of a prompt: its last line that is not blank. Null when it has another form.</summary>
    internal static DemoGoal? Read(string prompt)
    {
        var line = prompt.Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.Length > 0) ?? "";
        var separator = line.IndexOf(Separator, StringComparison.Ordinal);
        if (!line.StartsWith(Prefix, StringComparison.Ordinal) || separator < Prefix.Length)
        {
            return null;
        }

        var name = line[Prefix.Length..separator].Trim();
        var text = line[(separator + Separator.Length)..];
        return name.Length == 0 || text.Length == 0 ? null : new DemoGoal(name, text);
    }
}
