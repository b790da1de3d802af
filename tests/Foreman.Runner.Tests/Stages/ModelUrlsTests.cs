using Foreman.Api;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Tests.Stages;

[Trait("Kind", "15")]
public sealed class ModelUrlsTests
{
    [Fact]
    public void An_Agents_cloud_endpoint_and_InferenceService_are_its_own_and_nothing_else_is()
    {
        var cloud = BuiltInAgent.Spec with { Provider = AgentProvider.CloudProxy, ProviderConfig = new ProviderConfig { BaseURL = "https://models.example/v1" } };
        var service = BuiltInAgent.Spec with { InferenceServiceRef = new LocalObjectReference { Name = "qwen3.8b" } };

        Assert.True(ModelUrls.IsOfAgent(new Uri("https://models.example"), cloud, "space"));
        Assert.False(ModelUrls.IsOfAgent(new Uri("https://elsewhere.example"), cloud, "space"));
        Assert.True(ModelUrls.IsOfAgent(new Uri("http://qwen3-8b.space.svc.cluster.local:8080"), service, "space"));
        Assert.False(ModelUrls.IsOfAgent(new Uri("http://qwen3-8b.other.svc.cluster.local:8080"), service, "space"));
        Assert.True(ModelUrls.IsOfAgent(new Uri("http://qwen3-8b.space.svc:8080/v1"), service, "space"));
        Assert.False(ModelUrls.IsOfAgent(new Uri("http://qwen3-8b.space.svc.attacker.example"), service, "space"));
        Assert.False(ModelUrls.IsOfAgent(new Uri("http://qwen3-8b.space.svc.cluster.local.attacker.example"), service, "space"));
        Assert.False(ModelUrls.IsOfAgent(new Uri("http://a.qwen3-8b.space.svc"), service, "space"));
        Assert.False(ModelUrls.IsOfAgent(new Uri("http://169.254.169.254"), service, "space"));
        Assert.False(ModelUrls.IsOfAgent(new Uri("http://127.0.0.1:8080"), BuiltInAgent.Spec, "space"));
        Assert.False(ModelUrls.IsOfAgent(new Uri("http://127.0.0.1:8080"), null, "space"));
    }
}
