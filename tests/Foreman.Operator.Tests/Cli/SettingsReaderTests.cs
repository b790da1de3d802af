using Foreman.Git.Forges;
using Foreman.Hosting;
using Foreman.Operator.Cli;
using Foreman.Runner.Retention;
using Foreman.Schedules;
using Foreman.Testing;
using Foreman.UserDeployments;

namespace Foreman.Operator.Tests.Cli;

public class SettingsReaderTests
{
    [Fact]
    public void Defaults_are_the_ports_and_the_namespace_that_operators_have_today()
    {
        var settings = Read([], []);

        Assert.Equal((8081, 8082), (settings.MetricsAddress?.Port, settings.HealthAddress?.Port));
        Assert.Equal(("foreman-system", false, true), (settings.ForemanNamespace, settings.LeaderElect, settings.AllowCloudProviders));
        Assert.Equal("/srv/me/.local/state/foreman-operator", settings.StateDir);
        Assert.Empty(settings.Warnings);
    }

    [Fact]
    public void Hosts_that_are_gone_are_deleted_and_tasks_only_when_it_is_said()
    {
        Assert.Equal(new() { FinishedTasks = null, LeftNodes = TimeSpan.FromMinutes(10), DeadNodes = TimeSpan.FromHours(24) }, Read([], []).CleanUp);
        Assert.Equal(
            new() { FinishedTasks = TimeSpan.FromHours(168) },
            Read(new() { ["finished-task-ttl"] = "168h", ["left-node-ttl"] = "0", ["dead-node-ttl"] = "0s" }, []).CleanUp);
        var reader = Reader(new() { ["finished-task-ttl"] = "-1h" }, []);
        _ = SettingsReader.Read(reader, _ => null);
        Assert.StartsWith("--finished-task-ttl", Assert.Single(reader.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_whose_slots_nobody_tells_have_no_bound_unless_it_is_said()
    {
        Assert.Null(Read([], []).ModelServerTasks);
        Assert.Null(Read(new() { ["model-server-tasks"] = "0" }, []).ModelServerTasks);
        Assert.Equal(6, Read(new() { ["model-server-tasks"] = "6" }, []).ModelServerTasks);
        var reader = Reader(new() { ["model-server-tasks"] = "-1" }, []);
        _ = SettingsReader.Read(reader, _ => null);
        Assert.StartsWith("--model-server-tasks", Assert.Single(reader.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void O1_What_holds_for_Jobs_stands_in_a_file_and_all_that_is_wrong_with_it_is_told()
    {
        using var folder = new TempFolder();
        var good = folder.Write("good.yaml", "image: example.com/foreman:1\nmaxConcurrentTasks: 3\n");
        Assert.Equal(("", 0), (Read([], []).Jobs.Image, Read([], []).Jobs.MaxConcurrentTasks));
        var jobs = Read(new() { ["jobs-config"] = good }, []).Jobs;
        Assert.Equal(("example.com/foreman:1", 3), (jobs.Image, jobs.MaxConcurrentTasks));

        var reader = Reader(new() { ["jobs-config"] = folder.Write("bad.yaml", "cleanup: 3\nnode_selector: {}\n") }, []);
        _ = SettingsReader.Read(reader, _ => null);

        Assert.Equal(2, reader.Faults.Count);
        Assert.All(reader.Faults, fault => Assert.StartsWith("--jobs-config", fault, StringComparison.Ordinal));
        Assert.Contains(reader.Faults, fault => fault.Contains("cleanup: 3 is neither true nor false", StringComparison.Ordinal));
    }

    [Fact]
    public void The_forge_is_github_unless_it_is_said()
    {
        Assert.Equal(ForgeEndpoint.GitHubCom, Read([], []).Forges.Default);
        Assert.Equal("https://git.example.com/api/v4/", Read(new() { ["forge"] = "gitlab", ["forge-url"] = "https://git.example.com" }, []).Forges.Default.Api.AbsoluteUri);
    }

    [Fact]
    public void Forges_are_looked_at_every_minute_with_the_tokens_of_a_folder()
    {
        Assert.Equal((TimeSpan.FromMinutes(1), null), (Read([], []).ForgePollInterval, Read([], []).GitTokens));
        var settings = Read(new() { ["git-tokens"] = "/etc/foreman-git", ["forge-poll-interval"] = "20s" }, []);
        Assert.Equal((TimeSpan.FromSeconds(20), "/etc/foreman-git"), (settings.ForgePollInterval, settings.GitTokens));
        var reader = Reader(new() { ["forge-poll-interval"] = "10ms" }, []);
        _ = SettingsReader.Read(reader, _ => null);
        Assert.Contains("a duration of at least 1 s", Assert.Single(reader.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Further_forges_come_from_a_file_and_each_bad_line_of_it_is_a_fault()
    {
        using var folder = new TempFolder();
        var bad = folder.Write("bad", "gitea https://git.example.com\ngitea https://me:hunter2@git.example.com\n");
        var reader = Reader(new() { ["forges"] = bad }, []);

        var settings = SettingsReader.Read(reader, _ => null);

        Assert.Equal("git.example.com", Assert.Single(settings.Forges.Others).Host);
        var fault = Assert.Single(reader.Faults);
        Assert.StartsWith($"--forges: `{bad} line 2` is not valid: expected base URLs with http or https, without a login", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Forges_are_asked_without_tokens_once_a_minute_unless_told_otherwise()
    {
        Assert.Equal(((string?)null, TimeSpan.FromMinutes(1)), (Read([], []).GitTokens, Read([], []).ForgePollInterval));
        var told = Read(new() { ["git-tokens"] = "/etc/a/../tokens", ["forge-poll-interval"] = "5s" }, []);
        Assert.Equal(("/etc/tokens", TimeSpan.FromSeconds(5)), (told.GitTokens, told.ForgePollInterval));
        var hasty = Reader(new() { ["forge-poll-interval"] = "900ms" }, []);
        SettingsReader.Read(hasty, _ => null);
        Assert.Equal("--forge-poll-interval: `900ms` is not valid: expected a duration of at least 1 s, for example 90s or 2m", Assert.Single(hasty.Faults));
    }

    [Fact]
    public void The_command_line_goes_before_the_environment()
    {
        var settings = Read(new() { ["foreman-namespace"] = "a" }, new() { ["FOREMAN_FOREMAN_NAMESPACE"] = "b", ["FOREMAN_LEADER_ELECT"] = "true" });

        Assert.Equal(("a", true), (settings.ForemanNamespace, settings.LeaderElect));
    }

    [Fact]
    [Trait("Kind", "15")]
    public void What_runs_leave_is_kept_for_a_week_and_20_GB_unless_told_otherwise()
    {
        Assert.Equal(RetentionPolicy.Default, Read([], []).Retention);
        Assert.Equal(new RetentionPolicy(TimeSpan.FromHours(1), 0), Read(new() { ["retention-age"] = "1h", ["retention-size-gb"] = "0" }, []).Retention);
    }

    [Fact]
    public void A_flag_without_effect_is_warned_about_only_when_it_changes_something()
    {
        Assert.Equal(
            ["--webhook-port has no effect: rules stand in the CRDs and need no webhooks"],
            Read(new() { ["webhook-port"] = "1", ["enable-webhooks"] = "true" }, []).Warnings);
    }

    [Fact]
    public void Schedules_are_timed_by_the_cluster_in_a_pod_and_by_a_file_elsewhere()
    {
        Assert.Equal(ScheduleBackendKind.File, Read([], []).Schedules!.Backend);
        var reader = Reader(new() { ["schedule-fire-image"] = "example.com/foreman-agent:1", ["schedules"] = "/etc/schedules.yaml", ["schedules-allow-dynamic"] = "true" }, []);
        var inPod = SettingsReader.Read(reader, name => name == ScheduleBackendChoice.InClusterVariable ? "true" : null).Schedules!;

        Assert.Equal(ScheduleBackendKind.Kubernetes, inPod.Backend);
        Assert.Equal(("/etc/schedules.yaml", true, "example.com/foreman-agent:1"), (inPod.File, inPod.AllowDynamic, inPod.FireImage));
    }

    [Theory]
    [InlineData("kubernetes", "FOREMAN_IN_CLUSTER=true")]
    [InlineData("elsewhere", "auto, file and kubernetes")]
    public void A_backend_of_schedules_that_can_not_work_here_is_refused_with_the_way_out(string backend, string said)
    {
        var reader = Reader(new() { ["schedule-backend"] = backend }, []);

        _ = SettingsReader.Read(reader, name => name == ScheduleBackendChoice.InClusterVariable ? "false" : null);

        Assert.Contains(said, Assert.Single(reader.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_told_at_once_and_names_where_the_value_came_from()
    {
        var reader = Reader(
            new() { ["leader-elect"] = "maybe", ["start-timeout"] = "soon", ["inference-base-url-override"] = "not a url" },
            new() { ["FOREMAN_METRICS_BIND_ADDRESS"] = "nowhere" });
        SettingsReader.Read(reader, _ => null);

        Assert.Equal(
            [
                "--inference-base-url-override: `not a url` is not valid: expected a base URL, for example http://127.0.0.1:8080",
                "--leader-elect: `maybe` is not valid: expected true or false",
                "FOREMAN_METRICS_BIND_ADDRESS: `nowhere` is not valid: expected an address as :8081 or 127.0.0.1:8081, or 0 for none",
                "--start-timeout: `soon` is not valid: expected a duration, for example 90s or 2m",
            ],
            reader.Faults);
    }

    [Fact]
    public void U50_UserDeployments_are_off_unless_it_is_said()
    {
        Assert.Null(Read([], []).UserDeployments);
        Assert.Equal(new DeploymentSettings(), Read(new() { ["user-deployments"] = "true" }, []).UserDeployments);
        Assert.Equal(
            new DeploymentSettings { IngressKind = IngressKind.Ingress, AllowPrivileged = true, Resync = TimeSpan.FromMinutes(1), ForemanNamespace = "f" },
            Read(new() { ["user-deployments"] = "true", ["ingress-kind"] = "ingress", ["user-deployments-allow-privileged"] = "true", ["resync"] = "1m", ["foreman-namespace"] = "f" }, []).UserDeployments);
    }

    [Theory]
    [InlineData("DEPLOYMENT_DOMAIN", "apps.example.com", "Apps_Example")]
    [InlineData("CLUSTER_SECRET_STORE", "vault", "my vault")]
    [InlineData("TASK_NAMESPACE", "tasks", "tasks.here")]
    [InlineData("DISABLE_NETWORK_POLICIES", "true", "maybe")]
    public void U50_Variables_of_deployments_are_read_and_malformed_ones_are_faults(string variable, string good, string bad)
    {
        Dictionary<string, string> flags = new() { ["user-deployments"] = "true" };
        var reader = Reader(flags, []);
        var set = SettingsReader.Read(reader, new Dictionary<string, string> { ["HOME"] = "/srv/me", [variable] = good }.GetValueOrDefault).UserDeployments!;

        Assert.Empty(reader.Faults);
        Assert.Equal(variable == "DEPLOYMENT_DOMAIN" ? good : null, set.Domain);
        Assert.Equal(variable == "CLUSTER_SECRET_STORE" ? good : null, set.SecretStore);
        Assert.Equal(variable != "DISABLE_NETWORK_POLICIES", set.NetworkPolicies);

        _ = SettingsReader.Read(reader, new Dictionary<string, string> { ["HOME"] = "/srv/me", [variable] = bad }.GetValueOrDefault);
        Assert.StartsWith($"{variable}: `{bad}` is not valid: expected ", Assert.Single(reader.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData(" ")]
    public void U50_Network_policies_stay_on_unless_they_are_switched_off(string value) => Assert.True(
        SettingsReader.Read(Reader(new() { ["user-deployments"] = "true" }, []), new Dictionary<string, string> { ["HOME"] = "/srv/me", ["DISABLE_NETWORK_POLICIES"] = value }.GetValueOrDefault)
            .UserDeployments!.NetworkPolicies);

    private static FlagValues Reader(Dictionary<string, string> flags, Dictionary<string, string> environment) =>
        new(f => flags.TryGetValue(f.Name, out var value) ? [value] : null, environment.GetValueOrDefault);

    private static OperatorSettings Read(Dictionary<string, string> flags, Dictionary<string, string> environment) =>
        SettingsReader.Read(Reader(flags, environment), new Dictionary<string, string> { ["HOME"] = "/srv/me" }.GetValueOrDefault);
}
