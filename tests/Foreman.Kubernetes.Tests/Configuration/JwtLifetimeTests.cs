using System.Buffers.Text;
using System.Text;

namespace Foreman.Kubernetes.Tests;

public sealed class JwtLifetimeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

    [Theory]
    [InlineData("""{"iat":1000000,"exp":1001000}""", 800)]
    [InlineData("""{"exp":1001000}""", 800)]
    [InlineData("""{"iat":999000,"exp":1000000}""", -200)]
    [InlineData("""{"iat":1000000,"exp":999000}""", -1000)]
    public void A_token_is_due_for_renewal_at_80_percent_of_its_lifetime(string claims, int seconds) =>
        Assert.Equal(Now.AddSeconds(seconds), JwtLifetime.RenewalDue(Jwt(claims), Now));

    [Theory]
    [InlineData("not a jwt")]
    [InlineData("a.b.c")]
    [InlineData("a.!!!.c")]
    [InlineData("..")]
    public void Other_tokens_have_no_known_end(string token) => Assert.Null(JwtLifetime.RenewalDue(token, Now));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"exp":"soon"}""")]
    [InlineData("""{"exp":99999999999999}""")]
    [InlineData("""{"exp":1.5}""")]
    public void Claims_without_a_usable_end_have_no_known_end(string claims) => Assert.Null(JwtLifetime.RenewalDue(Jwt(claims), Now));

    private static string Jwt(string claims) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";
}
