using Foreman.Agent.Conformance;
using Foreman.Api;
using Foreman.Probes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Conformance;

public sealed class ToolCallResultsTests
{
    private static readonly DateTimeOffset At = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);
    private static readonly ModelBuild Build = new("http://127.0.0.1:8080", "m", "vllm 0.9 m -");

    [Fact]
    public void A_result_is_there_after_a_restart()
    {
        using var folder = new TempFolder();
        ToolCallResults.Open(folder.Path).Add(Result(Build, ToolCallForm.Prompted));

        var again = ToolCallResults.Open(folder.Path);

        Assert.Equal((true, ToolCallForm.Prompted), (again.Has(Build), again.Of(Build)));
        Assert.Equal(["tool-calls.json"], Directory.EnumerateFiles(folder.Path).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public void Of_another_build_the_last_result_of_the_model_is_kept_until_it_is_tried_itself()
    {
        using var folder = new TempFolder();
        var results = ToolCallResults.Open(folder.Path);
        results.Add(Result(Build, ToolCallForm.Prompted));
        var upgraded = Build with { Build = "vllm 0.10 m -" };

        Assert.Equal((false, ToolCallForm.Prompted), (results.Has(upgraded), results.Of(upgraded)));

        results.Add(Result(upgraded, ToolCallForm.Native));

        Assert.Equal((ToolCallForm.Native, ToolCallForm.Prompted), (results.Of(upgraded), results.Of(Build)));
        Assert.Null(results.Of(Build with { Model = "other", Build = "vllm 0.9 other -" }));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"results":[null,{"build":"x"}]}""")]
    [InlineData("")]
    public void A_damaged_file_is_as_none(string text)
    {
        using var folder = new TempFolder();
        folder.Write("tool-calls.json", text);
        var results = ToolCallResults.Open(folder.Path);

        Assert.False(results.Has(Build));
        results.Add(Result(Build, ToolCallForm.Native));
        Assert.True(ToolCallResults.Open(folder.Path).Has(Build));
    }

    [Fact]
    public void The_oldest_of_very_many_go()
    {
        using var folder = new TempFolder();
        var results = ToolCallResults.Open(folder.Path);
        for (var i = 0; i <= ToolCallResults.Most; i++)
        {
            results.Add(Result(new ModelBuild("u", $"m{i}", $"b{i}"), ToolCallForm.Native));
        }

        var again = ToolCallResults.Open(folder.Path);
        Assert.Equal((false, true, true), (again.Has(new("u", "m0", "b0")), again.Has(new("u", "m1", "b1")), again.Has(new("u", "m", $"b{ToolCallResults.Most}"))));
    }

    [Fact]
    public void A_probe_shows_what_is_known_of_its_models()
    {
        using var folder = new TempFolder();
        var results = ToolCallResults.Open(folder.Path);
        results.Add(Result(Build, ToolCallForm.Structured));
        var probed = new ProbeResult(
            new NodeCapability { Models = [new ServedModel { Name = "m", Server = Build.Server }, new ServedModel { Name = "n", Server = Build.Server }] }, 1, "linux", "amd64", [])
        {
            Builds = [Build, new ModelBuild(Build.Server, "n", "vllm 0.9 n -")],
        };

        Assert.Equal([ToolCallForm.Structured, null], results.Apply(probed).Capability.Models!.Select(m => m.ToolCalls));
        Assert.Null(results.Apply(probed with { Capability = new NodeCapability() }).Capability.Models);
    }

    private static ToolCallResult Result(ModelBuild build, ToolCallForm form) => new(build.Build, build.Server, build.Model, form, At);
}
