using System.Buffers.Text;
using System.Text;
using Foreman.Agent.RunTask;

namespace Foreman.Agent.Tests.RunTask;

public sealed class PodIdentityTests
{
    [Fact]
    public void A_token_names_the_pod_that_it_is_bound_to()
    {
        var pod = PodIdentity.Parse(Token("""{"kubernetes.io":{"namespace":"team","pod":{"name":"fm-1-x","uid":"7-7"},"serviceaccount":{"name":"coder","uid":"8"}}}"""))!;

        Assert.Equal(new("team", "fm-1-x", "7-7", "coder"), pod);
        Assert.Equal("pod/7-7", pod.Holder);
    }

    [Theory]
    [InlineData("""{"kubernetes.io":{"namespace":"team","serviceaccount":{"name":"coder","uid":"8"}}}""")]
    [InlineData("""{"kubernetes.io":{"namespace":"team","pod":{"name":"fm-1-x"}}}""")]
    [InlineData("""{"kubernetes.io":"team"}""")]
    [InlineData("""{"sub":"somebody"}""")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    public void A_token_of_no_pod_names_none(string claims) => Assert.Null(PodIdentity.Parse(Token(claims)));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.%%%.c")]
    [InlineData("a.b.c.d")]
    public void What_is_no_token_names_none(string text) => Assert.Null(PodIdentity.Parse(text));

    internal static string Token(string claims) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";
}
