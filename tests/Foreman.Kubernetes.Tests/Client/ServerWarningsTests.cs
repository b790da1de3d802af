namespace Foreman.Kubernetes.Tests;

public sealed class ServerWarningsTests
{
    [Theory]
    [InlineData("\"unknown field\"", "unknown field")]
    [InlineData("\"unknown field \\\"spec.x\\\"\"", "unknown field \"spec.x\"")]
    [InlineData("\"a \\\\ b\"", "a \\ b")]
    [InlineData("bare", "bare")]
    public void The_text_of_a_warning_comes_without_its_quotes(string header, string text) => Assert.Equal(text, ServerWarnings.Unquote(header));
}
