using System.Text;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class LmStudioApiTests
{
    [Fact]
    public void The_window_is_the_one_that_the_model_was_loaded_with()
    {
        var body = Encoding.UTF8.GetBytes(ServerTable.Of("lmstudio", 4096).Get(LmStudioApi.Models));

        Assert.Equal(4096, LmStudioApi.ContextOf(body, "tiny"));
        Assert.Null(LmStudioApi.ContextOf(body, "other"));
    }

    [Fact]
    public void A_second_instance_of_a_model_has_a_window_of_its_own()
    {
        const string Two = """{"models":[{"key":"a","loaded_instances":[{"id":"a","config":{"context_length":4096}},{"id":"a:2","config":{"context_length":8192}}]}]}""";

        Assert.Equal(8192, LmStudioApi.ContextOf(Encoding.UTF8.GetBytes(Two), "a:2"));
    }

    [Theory]
    [InlineData("""{"models":[{"key":"a","loaded_instances":[]}]}""")]
    [InlineData("""{"models":[{"key":"a","loaded_instances":[{"id":"a","config":{}}]}]}""")]
    [InlineData("""{"models":[{"key":"a","loaded_instances":[7]},null]}""")]
    [InlineData("""{"models":{}}""")]
    [InlineData("""{"error":"Unexpected endpoint or method. (GET /api/v1/models)"}""")]
    [InlineData("<html>")]
    public void Of_a_model_that_is_not_loaded_and_by_an_older_release_nothing_is_said(string body) => Assert.Null(LmStudioApi.ContextOf(Encoding.UTF8.GetBytes(body), "a"));
}
