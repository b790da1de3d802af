namespace Foreman.Compare.Model;

/// <summary>A step of the right solution.</summary>
internal enum StepKind
{
    /// <summary>Read a file.</summary>
    Read,

    /// <summary>List the files.</summary>
    List,

    /// <summary>Search the files.</summary>
    Grep,

    /// <summary>Change a part of a file.</summary>
    Edit,

    /// <summary>Write a file whole.</summary>
    Write,

    /// <summary>Run a command; an exit code other than 0 after an edit says that something is wrong.</summary>
    Run,

    /// <summary>End the task.</summary>
    Submit,
}

/// <summary>One step of a plan.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Path">The file, for steps about one.</param>
/// <param name="Text">The whole new content, the command, the pattern or the summary.</param>
/// <param name="Old">For an edit: the text that is replaced.</param>
/// <param name="New">For an edit: what takes its place.</param>
internal sealed record PlanStep(StepKind Kind, string Path = "", string Text = "", string Old = "", string New = "");

/// <summary>What the model knows how to do: the right steps of one goal, in order, the last one a submission.</summary>
/// <param name="Goal">The goal's id, as its text names it.</param>
/// <param name="Steps">In order.</param>
internal sealed record Plan(string Goal, IReadOnlyList<PlanStep> Steps)
{
    /// <summary>Reads a plan: one step a line, <c>read PATH</c>, <c>edit PATH</c>, <c>write PATH</c>, <c>run COMMAND</c>, <c>grep PATTERN</c> or <c>list</c>.</summary>
    /// <param name="goal">The goal's id.</param>
    /// <param name="lines">The steps without the submission.</param>
    /// <param name="before">A file as the task gives it; null when there is none.</param>
    /// <param name="after">A file as the solution has it.</param>
    internal static Plan Read(string goal, IEnumerable<string> lines, Func<string, string?> before, Func<string, string> after)
    {
        var steps = lines.Select(l => l.Trim()).Where(l => l.Length > 0).Select(l => Step(goal, l, before, after)).ToList();
        return new Plan(goal, [.. steps, new PlanStep(StepKind.Submit, Text: $"done: {goal}")]);
    }

    private static PlanStep Step(string goal, string line, Func<string, string?> before, Func<string, string> after)
    {
        var words = line.Split(' ', 2);
        var rest = words.Length > 1 ? words[1].Trim() : "";
        return words[0] switch
        {
            "list" => new PlanStep(StepKind.List),
            "read" => new PlanStep(StepKind.Read, rest),
            "grep" => new PlanStep(StepKind.Grep, Text: rest),
            "run" => new PlanStep(StepKind.Run, Text: rest),
            "write" => new PlanStep(StepKind.Write, rest, after(rest)),
            "edit" => Edit(goal, rest, before(rest), after(rest)),
            _ => throw new InvalidDataException($"the plan of {goal} has a step `{line}`, which is none of list, read, grep, run, write, edit"),
        };
    }

    /// <summary>The smallest run of whole lines that differs, with as many lines around it as make the old text occur once.</summary>
    private static PlanStep Edit(string goal, string path, string? before, string after)
    {
        if (before is null || before == after)
        {
            throw new InvalidDataException($"the plan of {goal} edits {path}, which the solution does not change");
        }

        var (old, now) = (before.Split('\n'), after.Split('\n'));
        var head = 0;
        while (head < Math.Min(old.Length, now.Length) && old[head] == now[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < Math.Min(old.Length, now.Length) - head && old[^(tail + 1)] == now[^(tail + 1)])
        {
            tail++;
        }

        while (true)
        {
            (head, tail) = (Math.Max(0, head - 1), Math.Max(0, tail - 1));
            var text = string.Join('\n', old[head..^tail]);
            if (text.Trim().Length > 0 && before.Split(text).Length == 2)
            {
                return new PlanStep(StepKind.Edit, path, after, text, string.Join('\n', now[head..^tail]));
            }

            if (head == 0 && tail == 0)
            {
                throw new InvalidDataException($"the plan of {goal} edits {path} at a place that can't be told apart");
            }
        }
    }
}
