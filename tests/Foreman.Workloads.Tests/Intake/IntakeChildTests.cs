using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Intake;

public class IntakeChildTests
{
    private static readonly SourceLane Large = new() { Label = "large", CoderAgentRef = Given.Ref("senior"), ReviewerAgentRefs = Given.Refs("critic", "judge"), EscalationCoderAgentRef = Given.Ref("writer") };

    [Fact]
    public void It_is_the_spec_of_the_source_for_one_issue()
    {
        var source = Given.Workload("night", IntakeWorld.Source() with
        {
            Suspend = true,
            MaxReviewIterations = 3,
            FollowUp = new(),
            Budget = new() { Tokens = 5 },
            PlannerModel = "m",
            Decision = new() { Step = "x", Answer = "y" },
            EscalationCoderAgentRef = Given.Ref("senior"),
        });

        var child = IntakeChild.Of(source, Issue("foreman"));

        Assert.Equal(("night-42", "default", "night"), (child.Name(), child.Namespace(), child.GetLabel(Labels.Intake)));
        Assert.True(child.IsOwnedBy(source));
        Assert.Equal([42], child.Spec.Issues);
        Assert.Equal(("acme/shop", "coder", "senior"), (child.Spec.Repo, child.Spec.CoderAgentRef!.Name, child.Spec.EscalationCoderAgentRef!.Name));
        Assert.Equal((3, 5L), (child.Spec.MaxReviewIterations, child.Spec.Budget!.Tokens));
        Assert.NotNull(child.Spec.FollowUp);
        Assert.Equal("reader", Assert.Single(child.Spec.ReviewerAgentRefs!).Name);
        Assert.Null(child.Spec.Source);
        Assert.Null(child.Spec.Suspend);
        Assert.Null(child.Spec.PlannerModel);
        Assert.Null(child.Spec.Decision);
        Assert.Equal(42, IntakeChild.IssueOf(child));
        Assert.Null(IntakeChild.LaneLabelOf(child));
        Assert.True(IntakeChild.IsOfSource(child, source.Spec));
    }

    [Fact]
    public void Its_Agents_are_those_of_the_first_lane_whose_label_the_issue_has()
    {
        var source = Given.Workload("night", IntakeWorld.Source(s => s with { Lanes = [new() { Label = "docs" }, Large, new() { Label = "urgent", CoderAgentRef = Given.Ref("reviser") }] }));

        var child = IntakeChild.Of(source, Issue("foreman", "urgent", "LARGE"));

        Assert.Equal(("senior", "writer", "large"), (child.Spec.CoderAgentRef!.Name, child.Spec.EscalationCoderAgentRef!.Name, IntakeChild.LaneLabelOf(child)));
        Assert.Equal(["critic", "judge"], child.Spec.ReviewerAgentRefs!.Select(r => r.Name));
        Assert.Equal("coder", IntakeChild.Of(source, Issue("docs", "large")).Spec.CoderAgentRef!.Name);
    }

    [Fact]
    public void It_is_planned_as_issues_are()
    {
        var child = IntakeChild.Of(Given.Workload("night", IntakeWorld.Source()), Issue("foreman"));

        var decision = Given.Decide(child with { Metadata = child.Metadata with { Uid = "uid-child", Generation = 1, CreationTimestamp = Given.Now } });

        Assert.Equal("night-42-code-42", decision.Creates[0].Name());
        Assert.Equal("foreman/night-42/issue-42", decision.Creates[0].Spec.Payload.Branch);
        Assert.Equal(IntakeChild.Branch(Given.Workload("night", IntakeWorld.Source()), 42), decision.Creates[0].Spec.Payload.Branch);
    }

    private static LabelledIssue Issue(params string[] labels) => new(42, [.. labels]);
}
