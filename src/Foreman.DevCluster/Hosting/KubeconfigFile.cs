using System.Text;

namespace Foreman.DevCluster.Hosting;

/// <summary>Writes the kubeconfig of the cluster. It holds the token, so only its owner may read it.</summary>
internal static class KubeconfigFile
{
    public static string Write(string folder, Uri url, string authorityPem, string token)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "kubeconfig");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // A new file is written and moved into place: overwriting would keep the mode of an old file and expose a partial one.
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(Text(url, authorityPem, token)));
        }

        File.Move(temporary, path, overwrite: true);
        return path;
    }

    private static string Text(Uri url, string authorityPem, string token) => $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: foreman-dev
          cluster:
            server: {url.GetLeftPart(UriPartial.Authority)}
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))}
        users:
        - name: foreman-dev
          user:
            token: {token}
        contexts:
        - name: foreman-dev
          context:
            cluster: foreman-dev
            user: foreman-dev
            namespace: default
        current-context: foreman-dev

        """;
}
