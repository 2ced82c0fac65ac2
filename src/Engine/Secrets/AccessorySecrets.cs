using System.Security.Cryptography;
using System.Text;

namespace ChainBridge.Engine.Secrets;

/// <summary>
/// The generated passwords of an environment's accessories and of its edge's admin side, in files of mode 0600. Whatever reads one also
/// teaches it to the redactor.
/// </summary>
internal sealed class AccessorySecrets(string state, Redactor redactor, bool onlyPlans = false)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the edge's admin side asks for, made on first use. A dot is in no accessory's name.</summary>
    public string EdgeKey => PasswordOf("edge.admin");

    private string Folder => Path.Combine(state, "secrets");

    /// <summary>Where the accessory's password is kept.</summary>
    public string FileOf(string accessory) => Path.Combine(Folder, accessory);

    /// <summary>The accessory's password, made on first use.</summary>
    public string PasswordOf(string accessory)
    {
        var path = FileOf(accessory);
        if (!File.Exists(path) && onlyPlans) return "made when it is first needed";
        if (!File.Exists(path)) Make(path);
        var password = File.ReadAllText(path).Trim();
        redactor.Learn(password);
        return password;
    }

    /// <summary>Forgets them all; with the data they protect.</summary>
    public void Remove()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private void Make(string path)
    {
        Directory.CreateDirectory(Folder, OwnerOnly | UnixFileMode.UserExecute);
        var half = $"{path}.{Guid.NewGuid():N}.tmp";
        using (var stream = new FileStream(half,
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))));
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }
}
