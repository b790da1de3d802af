using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet.Scenarios;

[Trait("Kind", "15")]
public sealed class ImageTests
{
    [Fact]
    public async Task An_unknown_image_is_tried_again_and_the_container_starts_once_it_is_there()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("early", PodScene.PodOf("{}", PodScene.Shell("main", "true", $$"""{"image":"late/{{scene.Space}}:1"}""")));

        await scene.PodAsync("early", p => Waits(p) is "ErrImagePull", "to fail to pull");
        await scene.PodAsync("early", p => Waits(p) is "ImagePullBackOff", "to back off");
        await scene.EventAsync("early", "Failed", "not found");
        scene.Cluster.Images.Add($"late/{scene.Space}:1", KubeletImage.OfProgram("/bin/sh"));

        await scene.PodEndsAsync("early", "Succeeded");
    }

    [Fact]
    public async Task A_refused_image_tells_what_the_registry_says()
    {
        var scene = await PodScene.NewAsync();
        scene.Cluster.Images.Refuse("private/tools:1", "pull access denied, repository does not exist or may require authorization");

        await scene.RunAsync("denied", PodScene.PodOf("{}", PodScene.Shell("main", "true", """{"image":"private/tools:1"}""")));

        var pod = await scene.PodAsync("denied", p => Waits(p) is "ImagePullBackOff", "to back off");
        Assert.Contains("pull access denied", pod.Status!.ContainerStatuses![0].State.Waiting!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPPER", "InvalidImageName", "IfNotPresent")]
    [InlineData("not-here:1", "ErrImageNeverPull", "Never")]
    public async Task An_image_that_can_never_come_has_its_own_reason(string image, string reason, string policy)
    {
        var scene = await PodScene.NewAsync();

        await scene.RunAsync("never", PodScene.PodOf("{}", PodScene.Shell("main", "true", $$"""{"image":"{{image}}","imagePullPolicy":"{{policy}}"}""")));

        await scene.PodAsync("never", p => Waits(p) == reason, $"to wait with {reason}");
    }

    [Fact]
    public async Task A_folder_is_an_image_of_which_each_container_has_a_copy()
    {
        var scene = await PodScene.NewAsync();
        using var folder = new TempFolder();
        folder.WriteScript("app/run.sh", "echo $GREETING \"$1\"; echo changed >/app/run.sh");
        scene.Cluster.Images.Add($"folder/{scene.Space}:1", KubeletImage.OfFolder(folder.Path, "/app/run.sh") with
        {
            Command = ["by default"],
            Environment = new Dictionary<string, string> { ["GREETING"] = "hello" },
        });

        foreach (var name in (string[])["one", "two"])
        {
            var container = PodScene.Parse($$"""{"name":"main","image":"folder/{{scene.Space}}:1"}""");
            await scene.RunAsync(name, PodScene.PodOf("{}", container));
            await scene.PodEndsAsync(name, "Succeeded");
            Assert.Equal("hello by default\n", await scene.LogAsync(name));
        }
    }

    [Fact]
    public async Task An_image_can_be_a_volume()
    {
        var scene = await PodScene.NewAsync();
        using var folder = new TempFolder();
        folder.Write("tool.txt", "from the image\n");
        scene.Cluster.Images.Add($"content/{scene.Space}:1", KubeletImage.OfFolder(folder.Path));

        await scene.RunAsync("content", PodScene.PodOf(
            $$$"""{"volumes":[{"name":"tools","image":{"reference":"content/{{{scene.Space}}}:1"}}]}""",
            PodScene.Shell("main", "cat /tools/tool.txt; touch /tools/new 2>/dev/null || echo refused", """{"volumeMounts":[{"name":"tools","mountPath":"/tools"}]}""")));
        await scene.PodEndsAsync("content", "Succeeded");

        var log = await scene.LogAsync("content");
        Assert.StartsWith("from the image\n", log, StringComparison.Ordinal);
        Assert.EndsWith("refused\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_no_runtime_can_start_ends_with_what_the_runtime_says()
    {
        var scene = await PodScene.NewAsync();
        scene.Cluster.Images.Add($"bare/{scene.Space}:1", new KubeletImage { Entrypoint = ["sh"], StartError = "exec: \"sh\": executable file not found in $PATH" });

        await scene.RunAsync("bare", PodScene.PodOf("{}", PodScene.Shell("main", "true", $$"""{"image":"bare/{{scene.Space}}:1"}""")));
        var ended = await scene.PodEndsAsync("bare", "Failed");

        var state = Assert.Single(ended.Status!.ContainerStatuses!).State.Terminated!;
        Assert.Equal((128, "StartError"), (state.ExitCode, state.Reason));
        Assert.Contains("exec: \"sh\"", state.Message, StringComparison.Ordinal);
    }

    private static string? Waits(Pod pod) => pod.Status?.ContainerStatuses is [{ State.Waiting.Reason: var reason }] ? reason : null;
}
