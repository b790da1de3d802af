using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Scheduling.Tests.Features;

public class InputFeatureTests
{
    private static readonly ConfigMapKeySelector Key = new() { Name = "cm", Key = "k" };

    [Fact]
    public void Inputs_with_one_source_and_a_path_in_the_workspace_are_supported() => Assert.Empty(Fields(
        new TaskInput { Path = "a.txt", ConfigMapKeyRef = Key },
        new TaskInput { Path = "dir/..hidden", Url = "https://files.example/data/x" },
        new TaskInput { Path = "b", FromTask = new() { Name = "first", Path = "out" } }));

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("~/x")]
    [InlineData("a/../../x")]
    [InlineData("..")]
    [InlineData("./")]
    [InlineData("sub/.GIT/hooks/post-checkout")]
    public void A_path_that_is_no_file_of_the_workspace_is_refused_by_name(string path)
    {
        var field = Assert.Single(Fields(new TaskInput { Path = path, ConfigMapKeyRef = Key }));

        Assert.Equal($"spec.payload.inputs[0].path \"{path}\"", field.Path);
    }

    [Fact]
    public void An_input_without_a_source_with_two_or_with_the_path_of_another_is_refused()
    {
        var fields = Fields(
            new TaskInput { Path = "a" },
            new TaskInput { Path = "b", ConfigMapKeyRef = Key, Url = "https://files.example/data/x" },
            new TaskInput { Path = "b", ConfigMapKeyRef = Key });

        Assert.Equal(["spec.payload.inputs[0]", "spec.payload.inputs[1]", "spec.payload.inputs[2].path \"b\""], fields.Select(f => f.Path));
    }

    [Fact]
    public void A_task_that_is_not_depended_on_gives_no_file()
    {
        var field = Assert.Single(Fields(new TaskInput { Path = "a", FromTask = new() { Name = "other", Path = "out" } }));

        Assert.Contains("it is not in spec.dependsOn", field.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_in_the_task_needs_no_other_task() =>
        Assert.Empty(Fields(new TaskInput { Path = "a", FromTask = new() { Name = "other", Path = "out" }, Content = [1] }));

    [Theory]
    [InlineData("https://elsewhere.example/data/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("not a url")]
    public void A_url_that_the_operator_does_not_allow_is_refused_and_the_flag_is_named(string url)
    {
        var field = Assert.Single(Fields(new TaskInput { Path = "a", Url = url }));

        Assert.Contains("--input-url-allow", field.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_url_that_a_Workload_has_to_fill_in_is_judged_when_the_task_is_released(bool suspended, int refused)
    {
        var task = Given.Task("t").With(s => s with { Suspend = suspended, Payload = s.Payload with { Inputs = [new() { Path = "a", Url = "${steps.a.output.url}" }] } });

        Assert.Equal(refused, FeatureRegistry.InTask(task, null, new()).Count);
    }

    [Fact]
    public void More_inputs_than_a_task_may_have_are_refused_at_once() => Assert.Equal(
        "spec.payload.inputs",
        Assert.Single(Fields([.. Enumerable.Range(0, TaskInput.MaxInputs + 1).Select(i => new TaskInput { Path = $"f{i}", ConfigMapKeyRef = Key })])).Path);

    private static IReadOnlyList<UnsupportedField> Fields(params TaskInput[] inputs)
    {
        var task = Given.Task("t").With(s => s with { DependsOn = ["first"], Payload = s.Payload with { Inputs = inputs } });
        return FeatureRegistry.InTask(task, null, new() { InputUrlAllow = UrlAllowList.Of([new Uri("https://files.example/data/")]) });
    }
}
