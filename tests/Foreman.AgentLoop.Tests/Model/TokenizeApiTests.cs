using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class TokenizeApiTests
{
    [Theory]
    [InlineData("""{"count":1234,"max_model_len":8192,"tokens":[1,2,3],"token_strs":null}""", 1234)]
    [InlineData("""{"count":[3,4],"tokens":[[1],[2]]}""", null)]
    [InlineData("""{"count":0}""", null)]
    [InlineData("""{"count":-1}""", null)]
    [InlineData("""{"tokens":[1]}""", null)]
    [InlineData("[7]", null)]
    [InlineData("<html>", null)]
    public void Only_one_count_of_one_prompt_is_a_count(string body, int? count) => Assert.Equal(count, TokenizeApi.CountOf(System.Text.Encoding.UTF8.GetBytes(body)));
}
