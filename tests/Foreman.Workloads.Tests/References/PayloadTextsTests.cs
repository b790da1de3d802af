using Foreman.Api;

namespace Foreman.Workloads.Tests.References;

public sealed class PayloadTextsTests
{
    private static readonly TaskPayload Full = new()
    {
        Repo = "1",
        Branch = "2",
        BaseBranch = "3",
        BranchPrefix = "4",
        ReviseFromBranch = "5",
        Prompt = "6",
        PromptPrefix = "7",
        Contract = "8",
        GateAdvisories = [new() { Check = "untouched", Detail = "9" }],
        Slices = [new() { Name = "s", Branch = "10" }],
        Inputs = [new() { Path = "11", Url = "12", FromTask = new() { Name = "t", Path = "13" } }],
        Issue = 7,
        OpenPullRequest = true,
    };

    [Fact]
    public void Every_text_is_named_by_its_field() => Assert.Equal(
        "repo=1 branch=2 baseBranch=3 branchPrefix=4 reviseFromBranch=5 prompt=6 promptPrefix=7 contract=8 gateAdvisories.detail=9 slices.s.branch=10 "
        + "inputs[0].path=11 inputs[0].url=12 inputs[0].fromTask.path=13",
        string.Join(' ', PayloadTexts.Of(Full).Select(t => $"{t.Field}={t.Text}")));

    [Fact]
    public void Every_text_is_changed_and_nothing_else()
    {
        var changed = PayloadTexts.Map(Full, (_, text) => text + "!");

        Assert.Equal(PayloadTexts.Of(Full).Select(t => t.Text + "!"), PayloadTexts.Of(changed).Select(t => t.Text));
        Assert.Equal((7, true, "untouched", "s", "t"), (changed.Issue ?? 0, changed.OpenPullRequest ?? false, changed.GateAdvisories![0].Check, changed.Slices![0].Name, changed.Inputs![0].FromTask!.Name));
    }

    [Fact]
    public void What_is_absent_stays_absent()
    {
        var empty = new TaskPayload();

        Assert.Empty(PayloadTexts.Of(empty));
        Assert.Equal(empty, PayloadTexts.Map(empty, (_, _) => throw new InvalidOperationException("There is no text.")));
    }

    [Fact]
    public void One_reference_in_whatever_text_makes_a_payload_not_plain()
    {
        var flat = Full with { GateAdvisories = null, Slices = [], Inputs = null };
        foreach (var payload in (TaskPayload[])[Full, flat])
        {
            Assert.True(PayloadTexts.ArePlain(payload));
            Assert.All(PayloadTexts.Of(payload), t =>
                Assert.False(PayloadTexts.ArePlain(PayloadTexts.Map(payload, (field, text) => field == t.Field ? "${steps.a.branch}" : text)), t.Field));
        }
    }
}
