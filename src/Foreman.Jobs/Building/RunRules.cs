using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>What a run must be before its Job is made. Pure.</summary>
internal static class RunRules
{
    /// <summary>What is wrong with the run, its template left out.</summary>
    /// <param name="run">The run.</param>
    /// <param name="template">The template's container of the task.</param>
    public static IEnumerable<JobFault> Faults(JobRun run, V1Container template) =>
    [
        .. run.Container is { } container ? OfContainer(run, container) : OfLoop(run),
        .. OfJob(run),
        .. ResourceMerge.Problems(TaskParts.Said(run, template)).Select(p => Wrong(run.Container is null ? "Agent spec.execution.resources" : "spec.container.resources", p)),
    ];

    private static IEnumerable<JobFault> OfLoop(JobRun run)
    {
        var own = run.Agent?.Execution?.Image;
        if (!string.IsNullOrEmpty(own) && !ImageNames.IsName(own))
        {
            yield return NoImage("Agent spec.execution.image", own);
        }
        else if (string.IsNullOrEmpty(own) && run.Config.Image.Length == 0)
        {
            yield return NoProgram();
        }

        if (OwnLoops(run).Any(c => c.Any(f => f.Key is not ("name" or "resources") && f.Value is not null)))
        {
            yield return Wrong("spec.job.template.spec.containers", $"the container {TaskParts.Name} runs Foreman's loop, which has the token; a task can set its resources only");
        }
    }

    // Hooks, variables and mounts of a task could read the token or run in the place of the loop; those of the configuration are the operator's.
    private static IEnumerable<JsonObject> OwnLoops(JobRun run) =>
        run.Job?.Template?["spec"] is JsonObject spec && spec["containers"] is JsonArray containers
            ? containers.OfType<JsonObject>().Where(c => c["name"] is JsonValue name && name.TryGetValue<string>(out var text) && text == TaskParts.Name)
            : [];

    private static IEnumerable<JobFault> OfContainer(JobRun run, TaskContainer container)
    {
        if (run.Config.Image.Length == 0)
        {
            yield return NoProgram();
        }

        if (!ImageNames.IsName(container.Image))
        {
            yield return NoImage("spec.container.image", container.Image);
        }

        if (container.ImagePullPolicy is not (null or "Always" or "IfNotPresent" or "Never"))
        {
            yield return Wrong("spec.container.imagePullPolicy", $"\"{Texts.Shown(container.ImagePullPolicy, 40)}\" is not Always, IfNotPresent or Never");
        }

        if (container.Command is not { Count: > 0 } && (run.Setup.Length > 0 || run.Teardown.Length > 0))
        {
            yield return Wrong("spec.container.command", "it is empty, and what an image starts by itself can't be run after setupCommand or before teardownCommand; name the program");
        }

        if (container.WorkingDir is { Length: > 0 } folder && folder[0] != '/')
        {
            yield return Wrong("spec.container.workingDir", $"\"{Texts.Shown(folder, 80)}\" is not an absolute path");
        }

        IEnumerable<JobFault> others =
        [
            .. OfEnvironment(container),
            .. SidecarRules.Faults(run.Sidecars, "spec.container.sidecars", run.Config.UseImageVolumes),
            .. JobEnvironment.Ours(run).Where(v => Encoding.UTF8.GetByteCount(v.Value) > JobEnvironment.MostBytes)
                .Select(v => Wrong("spec.payload", Texts.Of($"what becomes the variable {v.Name} is longer than the {JobEnvironment.MostBytes} bytes that one holds; shorten it, or give it as a file with spec.payload.inputs"))),
        ];
        foreach (var fault in others)
        {
            yield return fault;
        }
    }

    private static IEnumerable<JobFault> OfEnvironment(TaskContainer container)
    {
        foreach (var (index, variable) in (container.Env ?? []).Index())
        {
            var at = Texts.Of($"spec.container.env[{index}]");
            if (variable.Name.Length == 0 || variable.Name.AsSpan().ContainsAny('=', '\0'))
            {
                yield return Wrong(at, $"\"{Texts.Shown(variable.Name, 80)}\" is not the name of a variable");
            }
            else if (JobEnvironment.IsOurs(variable.Name))
            {
                yield return Wrong(at, $"{Texts.Shown(variable.Name, 80)}: names that begin with {JobEnvironment.Prefix} are Foreman's; take another one");
            }

            if (variable.ValueFrom is { } source && (!string.IsNullOrEmpty(variable.Value) || Count(source.SecretKeyRef, source.ConfigMapKeyRef, source.FieldRef) != 1))
            {
                yield return Wrong(at, $"{Texts.Shown(variable.Name, 80)} has either a value, or exactly one of secretKeyRef, configMapKeyRef and fieldRef in valueFrom");
            }

            if (!string.IsNullOrEmpty(variable.Value) && SecretNames.Looks(variable.Name))
            {
                yield return PodTemplateRules.SecretLiteral(at, variable.Name);
            }
        }

        foreach (var (index, _) in (container.EnvFrom ?? []).Index().Where(s => Count(s.Item.SecretRef, s.Item.ConfigMapRef) != 1))
        {
            yield return Wrong(Texts.Of($"spec.container.envFrom[{index}]"), "it has exactly one of secretRef and configMapRef");
        }
    }

    private static IEnumerable<JobFault> OfJob(JobRun run)
    {
        if (run.Job?.WorkspaceSizeLimit is { Length: > 0 } size && Quantities.Parse(size) is null or 0)
        {
            yield return Wrong("spec.job.workspaceSizeLimit", $"\"{Texts.Shown(size, 40)}\" is not a quantity above 0, such as 10Gi");
        }
    }

    private static int Count(params object?[] fields) => fields.Count(f => f is not null);

    private static JobFault NoProgram() =>
        Wrong("--jobs-config image", "it is empty, and each Job needs an image with foreman-agent; the operator's configuration must name one");

    private static JobFault NoImage(string path, string? image) =>
        new(FailureReason.InvalidImage, path, $"\"{Texts.Shown(image, 80)}\" is not the name of an image");

    private static JobFault Wrong(string path, string why) => new(FailureReason.JobCreate, path, why);
}
