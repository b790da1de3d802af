using Foreman.Git.Forges;
using Foreman.Hosting;
using Foreman.Jobs;
using Foreman.Kubernetes;
using Foreman.Operator.Schedules;
using Foreman.Primitives;
using Foreman.Runner.Retention;
using Foreman.Schedules;

namespace Foreman.Operator.Cli;

/// <summary>Reads the daemon's flags into settings.</summary>
internal static class SettingsReader
{
    private const int MaxJobsConfig = 1 << 20;

    public static OperatorSettings Read(FlagValues flags, Func<string, string?> environment) => new()
    {
        Kubeconfig = flags.Text(RunFlags.Kubeconfig),
        KubeContext = flags.Text(RunFlags.KubeContext),
        ForemanNamespace = flags.Text(RunFlags.ForemanNamespace) ?? RunFlags.ForemanNamespace.Default,
        InferenceBaseUrlOverride = flags.Url(RunFlags.InferenceBaseUrlOverride),
        ModelServerTasks = flags.Number(RunFlags.ModelServerTasks, atLeast: 0) is > 0 and var most ? most : null,
        AllowCloudProviders = flags.Switch(RunFlags.AllowCloudProviders),
        InputUrlAllow = AllowList(flags),
        LeaderElect = flags.Switch(RunFlags.LeaderElect),
        MetricsAddress = flags.Address(RunFlags.MetricsBindAddress),
        HealthAddress = flags.Address(RunFlags.HealthProbeBindAddress),
        StateDir = Path.GetFullPath(flags.Text(RunFlags.StateDir) ?? DefaultStateDir(environment)),
        Retention = new RetentionPolicy(flags.Duration(RunFlags.RetentionAge), (flags.Number(RunFlags.RetentionSizeGb, atLeast: 0) ?? 0) * 1_000_000_000L),
        StartTimeout = flags.Duration(RunFlags.StartTimeout),
        Forges = Forges(flags),
        GitTokens = flags.Text(RunFlags.GitTokens) is { } tokens ? Path.GetFullPath(tokens) : null,
        ForgePollInterval = flags.Duration(RunFlags.ForgePollInterval, TimeSpan.FromSeconds(1)),
        Jobs = Jobs(flags),
        CleanUp = new() { FinishedTasks = Ttl(flags, RunFlags.FinishedTaskTtl), LeftNodes = Ttl(flags, RunFlags.LeftNodeTtl), DeadNodes = Ttl(flags, RunFlags.DeadNodeTtl) },
        Schedules = Schedules(flags, environment),
        UserDeployments = DeploymentVariables.Read(flags, environment),
        Verbose = flags.Switch(RunFlags.Verbose),
        Warnings = flags.Warnings(RunFlags.All),
    };

    private static TimeSpan? Ttl(FlagValues flags, Flag flag) => flags.Duration(flag) is { Ticks: > 0 } ttl ? ttl : null;

    private static JobsConfig Jobs(FlagValues flags)
    {
        if (flags.Text(RunFlags.JobsConfig) is not { } path)
        {
            return JobsConfig.Default;
        }

        var reading = BoundedText.ReadFile(path, MaxJobsConfig) switch
        {
            null => new JobsConfigReading(null, ["it can't be read"]),
            { Truncated: true } => new JobsConfigReading(null, ["it is larger than 1 MiB"]),
            var file => JobsConfigFile.Parse(file.Text),
        };
        foreach (var error in reading.Errors)
        {
            _ = flags.Fault(flags.Of(RunFlags.JobsConfig) with { Text = path }, $"a file with the keys of docs/reference/jobs.md ({error})", 0);
        }

        return reading.Config ?? JobsConfig.Default;
    }

    private static ScheduleSettings? Schedules(FlagValues flags, Func<string, string?> environment)
    {
        var file = flags.Text(RunFlags.Schedules);
        try
        {
            return new()
            {
                Backend = ScheduleBackendChoice.Of(
                    flags.Text(RunFlags.ScheduleBackend), environment(ScheduleBackendChoice.InClusterVariable), KubernetesClientConfiguration.IsInCluster()),
                File = file is null ? null : Path.GetFullPath(file),
                AllowDynamic = flags.Switch(RunFlags.SchedulesAllowDynamic),
                FireImage = flags.Text(RunFlags.ScheduleFireImage),
            };
        }
        catch (ScheduleException e)
        {
            return flags.Fault<ScheduleSettings?>(flags.Of(RunFlags.ScheduleBackend), $"what works here: {e.Message}", null);
        }
    }

    private static UrlAllowList AllowList(FlagValues flags) => UrlAllowList.Of(
    [
        .. flags.List(RunFlags.InputUrlAllow)
            .Select(text => UrlAllowList.ParsePrefix(text)
                ?? flags.Fault<Uri?>(flags.Of(RunFlags.InputUrlAllow) with { Text = text }, "a URL without login, query and fragment, for example https://files.example.com/data/", null))
            .OfType<Uri>(),
    ]);

    private static ForgeTable Forges(FlagValues flags)
    {
        var forge = Forge(flags);
        var file = flags.Text(RunFlags.Forges) is { } path ? ForgesFile.Read(path, forge) : new ForgesFile([], []);
        foreach (var fault in file.Faults)
        {
            _ = flags.Fault(flags.Of(RunFlags.Forges) with { Text = fault.Where }, fault.Expected, 0);
        }

        return new ForgeTable(forge) { Others = file.Forges };
    }

    private static ForgeEndpoint Forge(FlagValues flags)
    {
        var word = flags.OneOf(RunFlags.Forge, "github", "gitea", "forgejo", "gitlab") is { Length: > 0 } given ? given : "github";
        try
        {
            return ForgeEndpoint.Parse(word, flags.Text(RunFlags.ForgeUrl));
        }
        catch (FormatException)
        {
            return flags.Fault(flags.Of(RunFlags.ForgeUrl), $"the base URL of the {word} server, for example https://git.example.com", ForgeEndpoint.GitHubCom);
        }
    }

    private static string DefaultStateDir(Func<string, string?> environment)
    {
        var home = environment("HOME") is { Length: > 0 } h ? h : Path.GetTempPath();
        var state = environment("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".local", "state");
        return Path.Combine(state, "foreman-operator");
    }
}
