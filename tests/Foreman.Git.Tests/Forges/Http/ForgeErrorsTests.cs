using System.Text;
using Foreman.Git.Forges;
using Foreman.Git.Forges.Http;

namespace Foreman.Git.Tests.Forges.Http;

public class ForgeErrorsTests
{
    [Theory]
    [InlineData("""{"message":"Validation Failed","errors":[{"resource":"PullRequest","message":"No commits between main and x"},"plain"]}""", "Validation Failed; No commits between main and x; plain")]
    [InlineData("""{"message":["Another open merge request already exists for this source branch: !5"]}""", "Another open merge request already exists for this source branch: !5")]
    [InlineData("""{"message":{"title":["can't be blank"]}}""", "can't be blank")]
    [InlineData("""{"error":"insufficient_scope","error_description":"The request requires higher privileges","scope":"api"}""", "The request requires higher privileges")]
    [InlineData("""{"error":"404 Project Not Found"}""", "404 Project Not Found")]
    [InlineData("<html>502</html>", "")]
    [InlineData("", "")]
    [InlineData("[1]", "")]
    public void What_a_forge_says_is_read(string body, string expected) => Assert.Equal(expected, ForgeErrors.MessageOf(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void What_a_forge_says_is_one_safe_line()
    {
        var message = ForgeErrors.MessageOf(Encoding.UTF8.GetBytes($$"""{"message":"a\n\u001b[31m{{new string('x', 1000)}}"}"""));

        Assert.StartsWith("a\\u000a\\u001b[31mx", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 300, 301);
    }

    [Theory]
    [InlineData(401, ForgeErrorKind.Unauthorized)]
    [InlineData(403, ForgeErrorKind.Forbidden)]
    [InlineData(404, ForgeErrorKind.NotFound)]
    [InlineData(410, ForgeErrorKind.NotFound)]
    [InlineData(409, ForgeErrorKind.Conflict)]
    [InlineData(422, ForgeErrorKind.Refused)]
    [InlineData(423, ForgeErrorKind.Refused)]
    [InlineData(500, ForgeErrorKind.Unreachable)]
    [InlineData(503, ForgeErrorKind.Unreachable)]
    public void Each_status_is_a_case(int status, ForgeErrorKind kind)
    {
        var error = ForgeErrors.Of(ForgeEndpoint.GitHubCom, new ForgeReply(status, [], false, _ => null), "why");

        Assert.Equal(kind, error.Kind);
        Assert.Contains("GitHub at https://github.com", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{status}: why", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Accepted-GitHub-Permissions", "pull_requests=write", "{}", "pull_requests=write")]
    [InlineData("X-Accepted-OAuth-Scopes", "repo", "{}", "repo")]
    [InlineData("X", "", """{"error":"insufficient_scope","scope":"api read_api"}""", "api read_api")]
    [InlineData("X", "", """{"message":"token does not have at least one of required scope(s): [write:repository]"}""", "write:repository")]
    [InlineData("X", "", """{"message":"no"}""", null)]
    [InlineData("X", "", "no", null)]
    public void The_scope_that_is_missing_is_named(string header, string value, string body, string? scope)
    {
        var reply = new ForgeReply(403, Encoding.UTF8.GetBytes(body), false, name => name == header ? value : null);

        var error = ForgeErrors.Of(ForgeEndpoint.GitHubCom, reply, "");

        Assert.Equal(scope, error.Scope);
        Assert.Equal(scope is not null, error.Message.Contains("it needs", StringComparison.Ordinal));
    }
}
