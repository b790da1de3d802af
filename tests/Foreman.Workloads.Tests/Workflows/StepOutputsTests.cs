using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Workflows;

public sealed class StepOutputsTests
{
    private static readonly Workflow Owner = new() { Metadata = new() { Name = "w", NamespaceProperty = "default", Uid = "uid-w" } };

    [Fact]
    public void What_is_stored_is_read_back_as_it_was()
    {
        var outputs = new Dictionary<string, string> { ["a b/c"] = "ä \"<${steps.x}>\"\n", ["empty"] = "" };

        var map = StepOutputs.ToConfigMap(Owner, "a", outputs);

        Assert.Equal(outputs.OrderBy(o => o.Key, StringComparer.Ordinal), StepOutputs.Read(map)!.OrderBy(o => o.Key, StringComparer.Ordinal));
        Assert.Equal(("foreman-outputs-w-a", "default", true, true), (map.Name(), map.Namespace(), map.Immutable ?? false, map.IsOwnedBy(Owner)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("null")]
    public void What_somebody_else_wrote_there_is_none(string? json)
    {
        var data = json is null ? null : new Dictionary<string, string> { ["outputs.json"] = json };

        Assert.Null(StepOutputs.Read(new() { Metadata = new() { Name = "x" }, Data = data }));
    }

    [Theory]
    [InlineData("""{"outputs":{"k":"v"}}""", "k")]
    [InlineData("""{"modelExtra":{"outputs":{"k":"v","n":1}}}""", "k n")]
    [InlineData("""{"outputs":"none"}""", "")]
    [InlineData("""{}""", "")]
    public void A_run_gives_them_by_its_own_or_by_its_models_words(string extra, string keys) =>
        Assert.Equal(keys, string.Join(' ', StepOutputs.Of(StepResult.Of(Given.Child("w", "a").Ended(RunEnd.Go with { Extra = Given.Json(extra) }))).Keys));

    [Fact]
    public void Their_size_is_that_of_keys_and_values_as_UTF_8()
    {
        Assert.Equal(0, StepOutputs.BytesOf(null));
        Assert.Equal(6, StepOutputs.BytesOf(new Dictionary<string, string> { ["k"] = "ä", ["l"] = "xy" }));
    }
}
