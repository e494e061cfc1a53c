// The page that the frame shows until the server knows who asks: it gets a token, and goes on to the chat. It asks each time
// that the widget is opened anew, so that the cookie of somebody who used this browser before opens nothing.
window.articleFrame?.renewed().then((taken) => {
  if (taken) window.location.replace(`./${window.location.search}`);
});
