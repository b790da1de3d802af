using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet.Scenarios;

[Trait("Kind", "15")]
public sealed class ContainerTests
{
    private const string Shared = """{"volumeMounts":[{"name":"work","mountPath":"/data"}]}""";
    private const string Sidecar = """{"restartPolicy":"Always","volumeMounts":[{"name":"work","mountPath":"/data"}]}""";

    [Fact]
    public async Task Init_containers_run_one_after_the_other_before_the_others()
    {
        var scene = await PodScene.NewAsync();
        var pod = PodScene.PodOf("""{"volumes":[{"name":"work","emptyDir":{}}]}""", PodScene.Shell("main", "echo main >>/data/order; cat /data/order", Shared));
        pod["initContainers"] = PodScene.Many(PodScene.Shell("first", "echo first >>/data/order", Shared), PodScene.Shell("second", "echo second >>/data/order", Shared));

        await scene.RunAsync("ordered", pod);
        var ended = await scene.PodEndsAsync("ordered", "Succeeded");

        Assert.Equal("first\nsecond\nmain\n", await scene.LogAsync("ordered", new() { Container = "main" }));
        Assert.All(ended.Status!.InitContainerStatuses!, c => Assert.Equal(0, c.State.Terminated!.ExitCode));
        Assert.Contains(ended.Status.Conditions!, c => c is { Type: "Initialized", Status: "True" });
    }

    [Fact]
    public async Task A_failed_init_container_fails_the_pod_and_the_others_never_start()
    {
        var scene = await PodScene.NewAsync();
        var pod = PodScene.PodOf("{}", PodScene.Shell("main", "true"));
        pod["initContainers"] = PodScene.Many(PodScene.Shell("setup", "exit 3"));

        await scene.RunAsync("unready", pod);
        var ended = await scene.PodEndsAsync("unready", "Failed");

        Assert.Equal(3, Assert.Single(ended.Status!.InitContainerStatuses!).State.Terminated!.ExitCode);
        Assert.Equal("PodInitializing", Assert.Single(ended.Status.ContainerStatuses!).State.Waiting!.Reason);
    }

    [Fact]
    public async Task A_sidecar_runs_from_before_the_container_until_after_it_and_its_exit_code_does_not_count()
    {
        var scene = await PodScene.NewAsync();
        var pod = PodScene.PodOf("""{"volumes":[{"name":"work","emptyDir":{}}]}""", PodScene.Shell("main", "until [ -e /data/up ]; do sleep 0.05; done; echo saw it", Shared));
        pod["initContainers"] = PodScene.Many(
            PodScene.Shell("aside", "trap 'echo asked to end; exit 143' TERM; echo up >/data/up; while :; do sleep 0.05; done", Sidecar));

        await scene.RunAsync("beside", pod);
        var ended = await scene.PodEndsAsync("beside", "Succeeded");

        var aside = Assert.Single(ended.Status!.InitContainerStatuses!).State.Terminated!;
        var main = Assert.Single(ended.Status.ContainerStatuses!).State.Terminated!;
        Assert.Equal((143, 0), (aside.ExitCode, main.ExitCode));
        Assert.True(aside.FinishedAt >= main.FinishedAt);
        Assert.Equal("asked to end\n", await scene.LogAsync("beside", new() { Container = "aside" }));
    }

    [Fact]
    public async Task A_sidecar_that_ends_is_started_again()
    {
        var scene = await PodScene.NewAsync();
        var pod = PodScene.PodOf(
            """{"volumes":[{"name":"work","emptyDir":{}}]}""",
            PodScene.Shell("main", "until [ \"$(wc -l </data/starts)\" = 2 ]; do sleep 0.05; done 2>/dev/null", Shared));
        pod["initContainers"] = PodScene.Many(PodScene.Shell(
            "aside", "trap 'exit 0' TERM; echo start >>/data/starts; [ \"$(wc -l </data/starts)\" = 2 ] || exit 1; while :; do sleep 0.05; done", Sidecar));

        await scene.RunAsync("again", pod);
        var ended = await scene.PodEndsAsync("again", "Succeeded");

        Assert.Equal(1, Assert.Single(ended.Status!.InitContainerStatuses!).RestartCount);
    }

    [Fact]
    public async Task A_container_that_fails_is_started_again_on_failure_and_the_log_before_can_be_read()
    {
        var scene = await PodScene.NewAsync();
        var pod = PodScene.PodOf(
            """{"restartPolicy":"OnFailure","volumes":[{"name":"work","emptyDir":{}}]}""",
            PodScene.Shell("main", "if [ -e /data/been ]; then echo second; exit 0; fi; : >/data/been; echo first; exit 5", Shared));

        await scene.RunAsync("twice", pod);
        var ended = await scene.PodEndsAsync("twice", "Succeeded");

        var main = Assert.Single(ended.Status!.ContainerStatuses!);
        Assert.Equal((1, 5), (main.RestartCount, main.LastState!.Terminated!.ExitCode));
        Assert.Equal("second\n", await scene.LogAsync("twice"));
        Assert.Equal("first\n", await scene.LogAsync("twice", new() { Previous = true }));
    }

    [Fact]
    public async Task A_container_that_takes_more_memory_than_it_may_is_killed_and_the_pod_says_why()
    {
        Assert.SkipWhen(SmallKubelet.MemorySkipReason is not null, SmallKubelet.MemorySkipReason ?? "");
        var scene = await PodScene.NewAsync();

        // tail keeps what comes without an end of line.
        await scene.RunAsync("hungry", PodScene.PodOf("{}", PodScene.Shell("main", "exec tail /dev/zero", """{"resources":{"limits":{"memory":"64Mi"}}}""")));
        var ended = await scene.PodEndsAsync("hungry", "Failed");

        var state = Assert.Single(ended.Status!.ContainerStatuses!).State.Terminated!;
        Assert.Equal((137, "OOMKilled"), (state.ExitCode, state.Reason));
    }

    [Fact]
    public async Task A_container_is_the_first_of_its_own_processes_and_sees_only_its_own_files_and_variables()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunAsync("alone", PodScene.PodOf("{}", PodScene.Shell("main", "echo $$$$; ls -d /proc/[0-9]* | wc -l; ls /tmp; echo \"[$FOREMAN_TEST_LONG$KUBECONFIG]\"; echo $HOSTNAME")));
        await scene.PodEndsAsync("alone", "Succeeded");

        // The shell, ls and wc. In arguments a doubled $ stands for one.
        Assert.Matches("^1\n[1-4]\n\\[\\]\nalone\n$", await scene.LogAsync("alone"));
    }

    [Fact]
    public async Task A_container_runs_as_the_user_of_its_pod_and_writes_only_where_it_may()
    {
        var scene = await PodScene.NewAsync();
        const string Spec = """{"securityContext":{"runAsUser":1000,"runAsGroup":1001,"fsGroup":1002},"volumes":[{"name":"work","emptyDir":{}}]}""";
        const string Main = """{"securityContext":{"readOnlyRootFilesystem":true},"volumeMounts":[{"name":"work","mountPath":"/data"}]}""";

        await scene.RunAsync("user", PodScene.PodOf(Spec, PodScene.Shell("main", "id -u; id -g; id -G; touch /data/file; stat -c %g /data/file; touch /file 2>/dev/null || echo refused", Main)));
        await scene.PodEndsAsync("user", "Succeeded");

        var log = await scene.LogAsync("user");
        Assert.StartsWith("1000\n1001\n1001 1002\n1002\n", log, StringComparison.Ordinal);
        Assert.EndsWith("refused\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Last_words_stand_in_the_status()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunAsync("words", PodScene.PodOf(
            "{}",
            PodScene.Shell("says", "echo my reason >/dev/termination-log; exit 1"),
            PodScene.Shell("logs", "echo in the log; exit 1", """{"terminationMessagePolicy":"FallbackToLogsOnError"}""")));
        var ended = await scene.PodEndsAsync("words", "Failed");

        Assert.Equal((string?[])["my reason\n", "in the log\n"], ended.Status!.ContainerStatuses!.Select(c => c.State.Terminated!.Message));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_apart_from_one_that_fails()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunAsync("nothing", PodScene.PodOf("{}", PodScene.Shell("main", "true", """{"command":["no-such-program"]}""")));
        var ended = await scene.PodEndsAsync("nothing", "Failed");

        var state = Assert.Single(ended.Status!.ContainerStatuses!).State.Terminated!;
        Assert.Equal((128, "StartError"), (state.ExitCode, state.Reason));
        Assert.Contains("exec: \"no-such-program\": executable file not found in $PATH", state.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_kubelet_leaves_out_is_refused_by_name()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunAsync("hooked", PodScene.PodOf("{}", PodScene.Shell("main", "true", """{"lifecycle":{"preStop":{"exec":{"command":["true"]}}}}""")));
        var ended = await scene.PodEndsAsync("hooked", "Failed");

        Assert.Equal("Unsupported", ended.Status!.Reason);
        Assert.Contains("lifecycle of container main", ended.Status.Message, StringComparison.Ordinal);
    }
}
