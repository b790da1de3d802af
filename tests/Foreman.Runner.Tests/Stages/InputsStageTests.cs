using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Stages;
using Microsoft.Extensions.Logging.Abstractions;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Stages;

public sealed class InputsStageTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly KubernetesClient _nowhere = new(new KubernetesClientConfiguration { Host = new Uri("https://127.0.0.1:1") });

    public void Dispose()
    {
        _nowhere.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Files_are_in_the_workspace_before_the_loop_also_when_the_stage_runs_twice()
    {
        TaskInput[] files = [Input("a/b.txt", "one"u8) with { Sha256 = Sha("one"u8) }, Input("empty", [])];

        await RunAsync(files);
        var again = await RunAsync(files);

        Assert.IsType<StageResult.Next>(again);
        Assert.Equal("one", File.ReadAllText(_folder["w/a/b.txt"]));
        Assert.Empty(File.ReadAllBytes(_folder["w/empty"]));
    }

    [Fact]
    public async Task Without_inputs_the_stage_makes_nothing()
    {
        Assert.IsType<StageResult.Next>(await RunAsync([]));

        Assert.False(Directory.Exists(_folder["w"]));
    }

    [Fact]
    public async Task A_file_with_another_hash_ends_the_run_and_is_not_written()
    {
        var refused = await Assert.ThrowsAsync<StageException>(() => RunAsync([Input("a", "one"u8) with { Sha256 = Sha("two"u8) }]));

        Assert.Equal(FailureReason.ConstraintViolated, refused.Reason);
        Assert.Contains("spec.payload.inputs[0] (\"a\"): its SHA-256 is not", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["w/a"]));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("link/escaped")]
    [InlineData(".git/config")]
    public async Task A_path_that_leads_out_of_the_workspace_ends_the_run(string path)
    {
        _folder.MakeFolder("w");
        Directory.CreateSymbolicLink(_folder["w/link"], _folder.MakeFolder("elsewhere"));

        var refused = await Assert.ThrowsAsync<StageException>(() => RunAsync([Input(path, "x"u8)]));

        Assert.Equal(FailureReason.ConstraintViolated, refused.Reason);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["elsewhere"]));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "escaped", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_file_that_nobody_put_into_the_task_ends_the_run_and_the_operator_is_named()
    {
        var refused = await Assert.ThrowsAsync<StageException>(() => RunAsync([new TaskInput { Path = "a", ConfigMapKeyRef = new() { Name = "cm", Key = "k" } }]));

        Assert.Equal(FailureReason.Unsupported, refused.Reason);
        Assert.Contains("the operator has put no file into the task", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_large_file_comes_from_the_workspace_of_the_task_that_made_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var content = new byte[1_000_000];
        await DeliverAsync(bed, "first", "out/big.bin", content);
        Write($"work/{bed.Space}/first-1/out/big.bin", content);

        await RunAsync([OnHost()], bed);

        Assert.Equal(content, File.ReadAllBytes(_folder["w/in.bin"]));
    }

    [Theory]
    [DevCluster]
    public async Task A_file_that_was_changed_removed_or_never_delivered_is_not_taken(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await DeliverAsync(bed, "first", "out/big.bin", [1, 2, 3]);

        Assert.Contains("is gone", await RefusedAsync(OnHost(), bed), StringComparison.Ordinal);
        Write($"work/{bed.Space}/first-1/other", [1]);
        Assert.Contains("it is no longer in", await RefusedAsync(OnHost(), bed), StringComparison.Ordinal);
        Write($"work/{bed.Space}/first-1/out/big.bin", [1, 2, 4]);
        Assert.Contains("is no longer what that task delivered", await RefusedAsync(OnHost(), bed), StringComparison.Ordinal);
        Assert.Contains("no longer lists it", await RefusedAsync(OnHost("other"), bed), StringComparison.Ordinal);
        Assert.Contains("the file is on the disk of host-z", await RefusedAsync(OnHost() with { Host = "host-z" }, bed), StringComparison.Ordinal);
    }

    private static TaskInput Input(string path, ReadOnlySpan<byte> content) => new() { Path = path, ConfigMapKeyRef = new() { Name = "cm", Key = "k" }, Content = content.ToArray() };

    private static TaskInput OnHost(string path = "out/big.bin") => new() { Path = "in.bin", FromTask = new() { Name = "first", Path = path }, Host = "host-a" };

    private static string Sha(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static async Task DeliverAsync(TestBed bed, string name, string path, byte[] content)
    {
        await bed.CreateAsync(name);
        var file = new JsonObject { ["path"] = path, ["sha256"] = Sha(content), ["bytes"] = content.Length };
        var status = new JsonObject
        {
            ["phase"] = "Succeeded",
            ["verdict"] = "GO",
            ["attempt"] = 1,
            ["result"] = new JsonObject { ["extra"] = new JsonObject { ["files"] = new JsonArray(file) } },
        };
        await bed.Kubernetes.PatchAsync<AgenticTask>(V1Patch.Merge(new JsonObject { ["status"] = status }), name, bed.Space, new PatchOptions { Subresource = "status" });
    }

    private void Write(string relative, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[relative])!);
        File.WriteAllBytes(_folder[relative], content);
    }

    private async Task<string> RefusedAsync(TaskInput input, TestBed bed)
    {
        var refused = await Assert.ThrowsAsync<StageException>(() => RunAsync([input], bed));
        Assert.Equal(FailureReason.UpstreamFailed, refused.Reason);
        return refused.Message;
    }

    private Task<StageResult> RunAsync(TaskInput[] inputs, TestBed? bed = null)
    {
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        task = task with
        {
            Metadata = task.Metadata with { NamespaceProperty = bed?.Space ?? "space" },
            Spec = task.Spec with { Payload = task.Spec.Payload with { Inputs = inputs } },
        };
        var options = new RunnerOptions
        {
            Holder = Tasks.Me,
            NodeName = "host-a",
            Placement = Placement.Node,
            Program = RunnerProgram.Agent,
            WorkspaceRoot = _folder["work"],
            StateDirectory = _folder["state"],
        };
        var reader = new TaskInputs(bed?.Kubernetes ?? _nowhere, options, TimeProvider.System, new Jitter(1), NullLogger.Instance);
        var record = new RunRecord(new Attempt(task, Tasks.Me), 0) { Workspace = _folder["w"] };
        return new InputsStage(reader, options).RunAsync(record, _ => { }, CancellationToken.None);
    }
}
