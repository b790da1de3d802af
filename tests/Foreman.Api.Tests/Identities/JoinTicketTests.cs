using System.Buffers.Text;
using System.Text;

namespace Foreman.Api.Tests.Identities;

public sealed class JoinTicketTests
{
    private static readonly JoinTicket Ticket = new()
    {
        Node = "mac-1",
        Namespace = "foreman-system",
        Id = "join-0123456789abcdef",
        Token = "canary-of-a-token",
        Cluster = new HostCluster("https://192.0.2.1:6443") { Authority = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", ServerName = "api" },
        TokenSeconds = 3600,
        RenewalSeconds = 86400,
    };

    [Fact]
    public void A_ticket_is_one_word_and_reads_as_it_was_written()
    {
        var text = Ticket.ToText();

        Assert.Matches("^foreman-join\\.v1\\.[A-Za-z0-9_-]+$", text);
        Assert.Equal(Ticket, JoinTicket.Parse($"  {text}\r\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mac-1")]
    [InlineData("foreman-join.v1.")]
    [InlineData("foreman-join.v1.not base64")]
    [InlineData("foreman-join.v1.e30")]
    [InlineData("foreman-join.v1.bnVsbA")]
    public void What_is_no_ticket_is_none(string text) => Assert.Null(JoinTicket.Parse(text));

    [Fact]
    public void A_ticket_that_was_cut_off_is_none()
    {
        var text = Ticket.ToText();

        Assert.Null(JoinTicket.Parse(text[..(text.Length / 2)]));
        Assert.Null(JoinTicket.Parse("foreman-join.v1." + new string('A', JoinTicket.MaxLength)));
    }

    [Fact]
    public void A_ticket_that_would_write_more_than_words_into_a_kubeconfig_is_none()
    {
        JoinTicket[] tickets =
        [
            Ticket with { Cluster = new HostCluster("https://192.0.2.1\nusers: []") },
            Ticket with { Cluster = Ticket.Cluster with { ServerName = "api\n" } },
            Ticket with { Token = "a\n    exec: {}" },
            Ticket with { Node = "mac-1\"" },
            Ticket with { Token = "" },
        ];

        Assert.All(tickets, ticket => Assert.Null(JoinTicket.Parse(ticket.ToText())));
        Assert.Null(JoinTicket.Parse("foreman-join.v1." + Base64Url.EncodeToString("""{"node":"a","namespace":"b","id":"c","token":"d","cluster":{}}"""u8)));
    }

    [Fact]
    public void A_ticket_that_is_logged_tells_no_token()
    {
        var logged = new StringBuilder().Append(Ticket).ToString();

        Assert.Contains("mac-1", logged, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", logged, StringComparison.Ordinal);
    }
}
