using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using YamlDotNet.Core;

namespace Foreman.Jobs;

/// <summary>What was read of the file <c>--jobs-config</c>.</summary>
/// <param name="Config">The configuration; null when anything is wrong.</param>
/// <param name="Errors">A sentence without its full stop for each error, by key; empty for a good file.</param>
public sealed record JobsConfigReading(JobsConfig? Config, ImmutableArray<string> Errors);

/// <summary>Reads the file <c>--jobs-config</c>: YAML with known keys only, all errors told at once. Pure.</summary>
public static class JobsConfigFile
{
    private const int MostSeconds = 30 * 24 * 3600;
    private const int MostTasks = 1_000_000;
    private const int MostCommand = 64 * 1024;

    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];

    /// <summary>The configuration of a text.</summary>
    /// <param name="text">YAML or JSON: one map; nothing at all for the defaults.</param>
    public static JobsConfigReading Parse(string text)
    {
        JsonNode? root;
        try
        {
            root = YamlToJson.ConvertValue(text);
        }
        catch (YamlException e)
        {
            return new(null, [$"it is no YAML: {Texts.Shown(e.Message, 500)}"]);
        }

        return root switch
        {
            null => new(JobsConfig.Default, []),
            JsonObject map => Read(map),
            _ => new(null, ["it is no map of keys, such as \"cleanup: true\""]),
        };
    }

    private static JobsConfigReading Read(JsonObject map)
    {
        var fields = new ConfigFields(map);
        var config = Commands(fields, Times(fields, Sizes(fields, Images(fields, Lives(fields, JobsConfig.Default)))));
        config = config with
        {
            ExtraLabels = fields.Map("extraLabels", LabelValues.IsKey, LabelValues.IsValue, "the value of a label"),
            ExtraAnnotations = fields.Map("extraAnnotations", LabelValues.IsKey, _ => true, "a text"),
            PodTemplate = fields.Template("podTemplate"),
        };
        fields.RefuseOthers();
        return fields.Errors.Count == 0 ? new(config, []) : new(null, [.. fields.Errors]);
    }

    private static JobsConfig Lives(ConfigFields fields, JobsConfig config) => config with
    {
        MaxConcurrentTasks = fields.Whole("maxConcurrentTasks", config.MaxConcurrentTasks, 0, MostTasks),
        Cleanup = fields.Flag("cleanup", config.Cleanup),
        PreserveFailedJobs = fields.Flag("preserveFailedJobs", config.PreserveFailedJobs),
        TtlSecondsAfterFinished = fields.Whole("ttlSecondsAfterFinished", config.TtlSecondsAfterFinished, 0, MostSeconds),
        ActiveDeadlineSeconds = fields.Whole("activeDeadlineSeconds", config.ActiveDeadlineSeconds, 1, MostSeconds),
    };

    private static JobsConfig Images(ConfigFields fields, JobsConfig config)
    {
        var useVolumes = fields.Flag("useImageVolumes", config.UseImageVolumes);
        return config with
        {
            Image = fields.Text("image", config.Image, t => t.Length == 0 || ImageNames.IsName(t), "the name of an image"),
            ImagePullPolicy = fields.Text("imagePullPolicy", config.ImagePullPolicy, t => PullPolicies.Contains(t), string.Join(", ", PullPolicies)),
            UseImageVolumes = useVolumes,
            Sidecars = fields.Sidecars("sidecars", useVolumes),
            PreflightImage = fields.Text("preflightImage", config.PreflightImage, ImageNames.IsName, "the name of an image"),
            PreflightResources = fields.Resources("preflightResources", config.PreflightResources),
        };
    }

    private static JobsConfig Sizes(ConfigFields fields, JobsConfig config) => config with
    {
        WorkspaceSizeLimit = fields.Quantity("workspaceSizeLimit", config.WorkspaceSizeLimit),
        TmpSizeLimit = fields.Quantity("tmpSizeLimit", config.TmpSizeLimit),
        CacheSizeLimit = fields.Quantity("cacheSizeLimit", config.CacheSizeLimit),
    };

    private static JobsConfig Times(ConfigFields fields, JobsConfig config) => config with
    {
        StartTimeoutSeconds = fields.Whole("startTimeoutSeconds", config.StartTimeoutSeconds, 1, MostSeconds),
        UnschedulableTimeoutSeconds = fields.Whole("unschedulableTimeoutSeconds", config.UnschedulableTimeoutSeconds, 0, MostSeconds),
        ImagePullTimeoutSeconds = fields.Whole("imagePullTimeoutSeconds", config.ImagePullTimeoutSeconds, 0, MostSeconds),
        MountTimeoutSeconds = fields.Whole("mountTimeoutSeconds", config.MountTimeoutSeconds, 0, MostSeconds),
        ContainerCreateTimeoutSeconds = fields.Whole("containerCreateTimeoutSeconds", config.ContainerCreateTimeoutSeconds, 0, MostSeconds),
        TeardownTimeoutSeconds = fields.Whole("teardownTimeoutSeconds", config.TeardownTimeoutSeconds, 1, 3600),
    };

    private static JobsConfig Commands(ConfigFields fields, JobsConfig config) => config with
    {
        SetupCommand = fields.Text("setupCommand", config.SetupCommand, t => t.Length <= MostCommand, "a text of at most 65,536 characters"),
        TeardownCommand = fields.Text("teardownCommand", config.TeardownCommand, t => t.Length <= MostCommand, "a text of at most 65,536 characters"),
    };
}
