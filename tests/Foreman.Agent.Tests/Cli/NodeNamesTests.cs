using Foreman.Agent.Cli;

namespace Foreman.Agent.Tests.Cli;

public class NodeNamesTests
{
    [Theory]
    [InlineData("MacBook-Pro.local", "macbook-pro.local")]
    [InlineData("gpu_01", "gpu-01")]
    [InlineData("-edge-.-.lab.", "edge.lab")]
    [InlineData("Büro", "b-ro")]
    [InlineData("___", "host")]
    public void A_host_name_becomes_a_name_that_Kubernetes_takes(string host, string name)
    {
        Assert.Equal(name, NodeNames.Sanitise(host));
        Assert.True(NodeNames.IsValid(name));
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("a_b")]
    [InlineData("")]
    [InlineData("a..b")]
    public void Other_names_are_not_valid(string name) => Assert.False(NodeNames.IsValid(name));
}
