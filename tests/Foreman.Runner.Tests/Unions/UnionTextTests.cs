using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Gates;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Gates;
using Foreman.Runner.Tests.Scene;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class UnionTextTests
{
    private static readonly GateReport Passed = new(GatePlanner.Plan(Given.Tree(("go.mod", "")), null), [new GateCheckResult { Check = "test", Outcome = Verdict.GatePass }]);

    [Fact]
    public void Slices_are_listed_with_their_commits_the_contract_and_the_checks() => Assert.Equal(
        """
        Joins these slices of work, in this order:

        - `parser`: `foreman/parser` at 1111111111111111111111111111111111111111
        - `docs`: `foreman/docs` at 2222222222222222222222222222222222222222, which changes nothing

        No conflicts: each was joined over those before it.

        Contract: `contract.md`

        Fixes #42

        Checked: test passed (go).

        Made by the task `space/t` of Foreman.
        """.ReplaceLineEndings("\n"),
        UnionText.Of(Record(p => p with { Contract = "contract.md", Issue = 42 })));

    [Fact]
    public void A_contract_that_is_a_text_stands_as_a_quotation_and_what_is_not_agreed_on_is_told()
    {
        var record = Record(p => p with { Contract = "Use `WidgetID`.\n# Never widget_id." }) with
        {
            Gate = null,
            Union = new SliceUnion
            {
                Joined = ["parser"],
                Findings = [.. Enumerable.Range(1, 22).Select(n => new SliceFinding(SliceRules.Undefined, $"finding {n}") { File = "a.txt", IsAdvisory = true })],
            },
        };

        var text = UnionText.Of(record);

        Assert.Contains("Contract:\n\n> Use `WidgetID`.\n> # Never widget_id.\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\n- a.txt: finding 20\n- and 2 more\n\n**Not verified**: no checks were run.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Fixes", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Issues_that_a_contract_names_are_not_closed() =>
        Assert.Contains("> It fixes `#7`.", UnionText.Of(Record(p => p with { Contract = "It fixes #7.", Issue = 42 })), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "Join parser, docs")]
    [InlineData(" \n", "Join parser, docs")]
    [InlineData("\nWidgets in October\nand more", "Widgets in October")]
    public void The_title_is_the_intent_or_what_was_joined(string? prompt, string title) =>
        Assert.Equal(title, UnionText.Title(new TaskPayload { Prompt = prompt }, new SliceUnion { Joined = ["parser", "docs"] }));

    [Fact]
    public void Names_can_not_leave_their_place()
    {
        var record = Record(p => p with { Slices = [new TaskSlice { Name = "a`b\n# c", Branch = "foreman/parser" }] });

        Assert.Contains("- `a'b\\u000a# c`: `foreman/parser` at 1", UnionText.Of(record), StringComparison.Ordinal);
    }

    private static RunRecord Record(Func<TaskPayload, TaskPayload> change) =>
        new(new Attempt(
            new AgenticTask
            {
                Metadata = new V1ObjectMeta { Name = "t", NamespaceProperty = "space" },
                Spec = new AgenticTaskSpec
                {
                    Kind = TaskKind.Integrate,
                    Payload = change(new TaskPayload
                    {
                        Repo = "o/r",
                        Slices = [new TaskSlice { Name = "parser", Branch = "foreman/parser" }, new TaskSlice { Name = "docs", Branch = "foreman/docs" }],
                    }),
                },
            },
            Tasks.Me), 0)
        {
            Union = new SliceUnion { Joined = ["parser"] },
            Gate = Passed,
            Pins = new Dictionary<string, string> { ["foreman/parser"] = new('1', 40), ["foreman/docs"] = new('2', 40) },
        };
}
