using Foreman.Api;
using Foreman.Agent.Cli;
using Foreman.Agent.Registration;

namespace Foreman.Agent.Tests.Registration;

public class NodeRegistrationTests
{
    private static readonly NodeSettings Settings = new()
    {
        Name = "mac-1",
        TailscaleAddr = "100.64.0.1",
        Roles = ["worker", "coder"],
        Labels = new Dictionary<string, string> { ["zone"] = "lab" },
    };

    [Fact]
    public void A_new_node_has_what_the_flags_say()
    {
        var node = NodeRegistration.New(Settings);

        Assert.Equal(("mac-1", "mac-1", "100.64.0.1"), (node.Metadata.Name, node.Spec.NodeName, node.Spec.TailscaleAddr));
        Assert.Equal(["worker", "coder"], node.Spec.Roles!);
        Assert.Equal("lab", node.Metadata.Labels!["zone"]);
    }

    [Fact]
    public void Differences_to_a_node_that_is_there_are_told()
    {
        Assert.Empty(NodeRegistration.Differences(NodeRegistration.New(Settings), Settings));
        Assert.Equal(
            ["its roles are none, --roles says worker, coder", "its label zone is absent, --node-labels says lab"],
            NodeRegistration.Differences(new FleetNode(), Settings));
    }
}
