using Foreman.Kubernetes;

namespace Foreman.Operator.Try;

/// <summary>The final output of <c>try</c>.</summary>
internal static class ResultText
{
    private const int MaxFileChars = 2000;

    public static IEnumerable<string> Lines(TryResult result, string kubeconfig, bool keep)
    {
        yield return "";
        yield return $"{Headline(result)}: {TryFormat.OneLine(result.Summary, 400)}";
        foreach (var cause in result.Causes)
        {
            yield return $"  {TryFormat.OneLine(cause, 400)}";
        }

        if (result.File is { } file)
        {
            yield return "";
            yield return file;
            foreach (var line in Content(file))
            {
                yield return $"  | {line}";
            }
        }

        foreach (var line in ChangeText.Lines(result))
        {
            yield return line;
        }

        yield return "";
        yield return result.ToRunning is { } running
            ? $"From create to Running {TryFormat.Seconds(running)}, to done {TryFormat.Seconds(result.ToDone)}."
            : $"From create to done {TryFormat.Seconds(result.ToDone)}.";
        if (result.Model.Demo)
        {
            yield return "";
            yield return "That was the scripted demo model, not a language model. To see a real one, run these two and try again:";
            foreach (var command in TryFormat.RealModelCommands)
            {
                yield return $"  {command}";
            }
        }

        foreach (var line in Next(result, kubeconfig, keep))
        {
            yield return line;
        }
    }

    private static string Headline(TryResult result) =>
        result.Task.Status.FailureReason is { } reason ? $"{result.Verdict} ({reason})" : result.Verdict.Value;

    private static IEnumerable<string> Next(TryResult result, string kubeconfig, bool keep)
    {
        yield return "";
        yield return "Go on with:";
        yield return keep
            ? $"  kubectl --kubeconfig {kubeconfig} get fleetnodes,agentictasks"
            : "  ./foreman try --keep                            # keeps the cluster, and prints the kubeconfig for kubectl";
        yield return keep
            ? $"  kubectl --kubeconfig {kubeconfig} describe agentictask {result.Task.Name()}"
            : "  ./foreman try --prompt \"...\" --model-url URL     # your own task, on your own model server";
        yield return "  less docs/tutorial/first-task.md                # ten minutes: a fleet, a task, a lost host";
    }

    private static IEnumerable<string> Content(string file)
    {
        string text;
        try
        {
            using var reader = new StreamReader(file);
            var buffer = new char[MaxFileChars];
            text = new string(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [$"(cannot be read: {e.Message})"];
        }

        return text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Take(20).Select(l => TryFormat.OneLine(l, 200));
    }
}
