using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workflows;

namespace Foreman.Operator.Tests.Workflows;

public sealed class WorkflowStatusPatchTests
{
    [Fact]
    public void A_patch_is_for_the_very_version_that_was_read_and_takes_away_what_is_gone()
    {
        var read = new Workflow { Metadata = new() { Name = "w", Uid = "u", ResourceVersion = "7" }, Status = new() { Phase = WorkflowPhase.Running, CurrentStep = "a" } };

        var patch = WorkflowStatusPatch.Of(read, new() { Phase = WorkflowPhase.Failed });

        Assert.Equal(PatchType.MergePatch, patch.Type);
        Assert.Equal("""{"metadata":{"uid":"u","resourceVersion":"7"},"status":{"phase":"Failed","currentStep":null}}""", patch.Content.ToJsonString());
    }
}
