using System.Globalization;
using Foreman.Api;
using static Foreman.Scheduling.FieldRows;

namespace Foreman.Scheduling;

/// <summary>Files for a task: what no API server and no change elsewhere can make right.</summary>
internal sealed class InputFeature : IFeature
{
    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings)
    {
        var inputs = spec.Payload.Inputs ?? [];
        if (inputs.Count > TaskInput.MaxInputs)
        {
            yield return new("spec.payload.inputs", string.Create(CultureInfo.InvariantCulture, $"{inputs.Count} are asked and {TaskInput.MaxInputs} is the most; put files together"));
            yield break;
        }

        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, input) in inputs.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"spec.payload.inputs[{index}]");
            if (PathProblem(input.Path) is { } problem)
            {
                yield return new($"{at}.path \"{input.Path}\"", problem);
            }
            else if (!paths.Add(input.Path))
            {
                yield return new($"{at}.path \"{input.Path}\"", "another input has this path; give each its own");
            }

            if (Source(at, input, spec, settings) is { } source)
            {
                yield return source;
            }
        }
    }

    private static UnsupportedField? Source(string at, TaskInput input, AgenticTaskSpec spec, SchedulerSettings settings)
    {
        var sources = (input.ConfigMapKeyRef is null ? 0 : 1) + (Has(input.Url) ? 1 : 0) + (input.FromTask is null ? 0 : 1);
        if (sources != 1)
        {
            return new(at, "it has exactly one of configMapKeyRef, url and fromTask; say where the file comes from");
        }

        // A Workload lets go of a task that is gone once its file is here.
        if (input is { FromTask: { } from, Content: null } && !(spec.DependsOn ?? []).Contains(from.Name, StringComparer.Ordinal))
        {
            return new($"{at}.fromTask.name \"{from.Name}\"", "it is not in spec.dependsOn; add it there, so that this task waits for the file");
        }

        // What a Workload has still to fill in is judged when it is.
        return Has(input.Url) && !(spec.Suspend == true && input.Url!.Contains("${steps.", StringComparison.Ordinal)) && !(Uri.TryCreate(input.Url, UriKind.Absolute, out var url) && settings.InputUrlAllow.Allows(url))
            ? new($"{at}.url \"{input.Url}\"", "the operator's --input-url-allow has no prefix of it; have it added there, or use a ConfigMap")
            : null;
    }

    private static string? PathProblem(string path)
    {
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path.StartsWith('/') || path.StartsWith('~') || names.Contains("..") ? "it leads out of the workspace; give a path relative to it, without .."
            : names.All(n => n == ".") ? "it names the workspace itself; give the name of a file"
            : names.Any(n => n.Equals(".git", StringComparison.OrdinalIgnoreCase)) ? "nothing is put into a .git folder, whose files git runs later"
            : null;
    }
}
