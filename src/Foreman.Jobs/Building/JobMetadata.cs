using System.Globalization;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>Names, labels and annotations of a Job and its pod. Pure.</summary>
internal static class JobMetadata
{
    /// <summary>Value of the label <c>app.kubernetes.io/name</c>.</summary>
    public const string App = "foreman";

    /// <summary>Value of the label <c>app.kubernetes.io/component</c>.</summary>
    public const string Component = "task";

    /// <summary>Those of the Job.</summary>
    public static V1ObjectMeta OfJob(JobRun run) => new()
    {
        Name = run.Name,
        NamespaceProperty = run.Task.Metadata.NamespaceProperty,
        Labels = Over(Labels(run), run.Config.ExtraLabels),
        Annotations = Over(Annotations(run), run.Config.ExtraAnnotations),
        OwnerReferences = [new() { ApiVersion = AgenticTask.Type.ApiVersion, Kind = AgenticTask.Type.Kind, Name = run.Task.Metadata.Name, Uid = run.Task.Metadata.Uid, Controller = true }],
    };

    /// <summary>Those of the pod.</summary>
    /// <param name="run">The run.</param>
    /// <param name="template">The template's.</param>
    public static V1ObjectMeta OfPod(JobRun run, V1ObjectMeta? template) => new()
    {
        Labels = Over(Labels(run), template?.Labels ?? Nothing(), run.Config.ExtraLabels),
        Annotations = Over(Annotations(run), template?.Annotations ?? Nothing(), run.Config.ExtraAnnotations),
    };

    private static Dictionary<string, string> Labels(JobRun run)
    {
        var metadata = run.Task.Metadata;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["app.kubernetes.io/name"] = App,
            ["app.kubernetes.io/component"] = Component,
            [Api.Labels.TaskUid] = LabelValues.Of(metadata.Uid ?? ""),
            [Api.Labels.Attempt] = run.Attempt.ToString(CultureInfo.InvariantCulture),
            [Api.Labels.TaskName] = LabelValues.Of(metadata.Name ?? ""),
            [Api.Labels.TaskNamespace] = LabelValues.Of(metadata.NamespaceProperty ?? ""),
        };
        if (User(run) is { } user)
        {
            labels[Api.Labels.User] = LabelValues.Of(user);
        }

        return labels;
    }

    private static Dictionary<string, string> Annotations(JobRun run)
    {
        (string Key, string? Value)[] raw =
        [
            (Api.Labels.TaskName, run.Task.Metadata.Name),
            (Api.Labels.Repo, run.Task.Spec.Payload.Repo),
            (Api.Labels.Branch, run.Task.Spec.Payload.Branch),
            (Api.Labels.User, User(run)),
        ];
        return raw.Where(r => !string.IsNullOrEmpty(r.Value)).ToDictionary(r => r.Key, r => r.Value!, StringComparer.Ordinal);
    }

    private static string? User(JobRun run) => run.Task.Metadata.Annotations?.GetValueOrDefault(Api.Labels.User) is { Length: > 0 } user ? user : null;

    // Ours over those of the template over those of the configuration.
    private static SortedDictionary<string, string> Over(Dictionary<string, string> ours, params IEnumerable<KeyValuePair<string, string>>[] others)
    {
        var all = new SortedDictionary<string, string>(ours, StringComparer.Ordinal);
        foreach (var (key, value) in others.SelectMany(o => o))
        {
            _ = all.TryAdd(key, value);
        }

        return all;
    }

    private static Dictionary<string, string> Nothing() => [];
}
