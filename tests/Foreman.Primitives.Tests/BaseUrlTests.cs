namespace Foreman.Primitives.Tests;

public class BaseUrlTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("https://models.example/v1")]
    [InlineData("http://[::1]:1")]
    public void A_base_URL_has_a_scheme_and_a_host(string text) => Assert.Equal(new Uri(text), BaseUrl.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ftp://host")]
    [InlineData("http://")]
    [InlineData("/v1")]
    [InlineData("http://host?key=1")]
    public void Everything_else_is_none(string text) => Assert.Null(BaseUrl.Parse(text));
}
